"""Brokerage: a summit worked out by hand, what must not change it, and every draw done again."""

import subprocess
import sys
from typing import Any

import networkx as nx
import numpy as np
import polars as pl
import pytest
from tests.shipped import load

from foedus.engines.brokerage.conductance import NOBODY
from foedus.engines.brokerage.engine import Brokerage, best
from foedus.engines.brokerage.inputs import read_inputs
from foedus.engines.brokerage.result import BrokerageResult
from foedus.errors import MissingDataError, SettingsError
from foedus.runs import Run, run
from foedus.scenario import Scenario
from foedus.scenario.brokerage import Camp, Tie, TieKind
from foedus.scenario.draws import draw_block, point, stream

KINDS = ("talk", 1.0, True), ("trade", 0.5, False)


def ties(*rows: tuple[str, str, str, float], **more: Any) -> tuple[Tie, ...]:
    """Return ties of sitting governments."""
    return tuple(
        Tie(
            delegation=a, partner=b, kind=kind, principal=a, strength_share=s,
            source=("assumed",), **more,
        )
        for a, b, kind, s in rows
    )  # fmt: skip


def summit(*rows: Tie, **camps: str) -> Scenario:
    """Return the small scenario with ties and camps of the test's own."""
    named = camps or {"league": "ALD;CST", "host": "HOV"}
    return load("minimal").replace(
        tie_kinds=tuple(
            TieKind(
                kind=kind, title=kind, weight_share=weight, is_personal=goes, source=("assumed",),
                is_one_sided=kind == "trade",
            )
            for kind, weight, goes in KINDS
        ),
        ties=rows,
        camps=(
            Camp(camp="far", title="Far", part="addressed", members=("PTN",), source=("assumed",)),
            *(
                Camp.model_validate(
                    {"camp": c, "title": c, "part": "sends", "members": m, "source": "assumed"}
                )
                for c, m in named.items()
            ),
        ),
        uncertainties=(),
    )  # fmt: skip


def chain(*more: Tie) -> Scenario:
    """Return a summit: ALD and CST send with HOV; BRK and DUN each know PTN and one of them."""
    return summit(
        *ties(
            ("ALD", "PTN", "talk", 0.5),
            ("BRK", "PTN", "talk", 0.8),
            ("BRK", "ALD", "trade", 0.8),
            ("BRK", "HOV", "talk", 0.8),
            ("CST", "BRK", "talk", 0.2),
        ),
        *more,
    )


def found(scenario: Scenario, **asked: Any) -> BrokerageResult:
    engine = Brokerage(**{k: asked.pop(k) for k in list(asked) if k == "camp"})
    return run(scenario, engine, **asked).result


def hangs(result: BrokerageResult, side: str) -> dict[str, float]:
    """Return what hangs on each at the point."""
    values = result.hangs_share[0, result.sides.index(side)]
    return dict(zip(result.candidate_codes, values.tolist(), strict=True))


class TestByHand:
    def test_who_is_outside_the_camps(self) -> None:
        """From all to PTN: 0.5 direct; over BRK 1.4 in, 0.8 out, so 1.12 / 2.2."""
        share = hangs(found(chain()), "all")
        over = 1.4 * 0.8 / 2.2
        assert share["BRK"] == pytest.approx(over / (0.5 + over))

    def test_a_member_is_split_off_its_camp(self) -> None:
        """Without ALD, the others reach PTN over BRK, and ALD is reached over BRK only."""
        share = hangs(found(chain()), "all")
        there, on = 1.0, 0.8 + 1 / (1 / 0.4 + 1 / 0.5)
        whole, rest = there * on / (there + on), there * 0.8 / (there + 0.8)
        assert share["ALD"] == pytest.approx(1 - rest / whole)

    def test_a_camp_of_one_does_not_send_itself(self) -> None:
        result = found(chain())
        assert np.isnan(hangs(result, "host")["HOV"])
        assert hangs(result, "host")["BRK"] == pytest.approx(1)

    def test_sides_are_all_together_and_then_each(self) -> None:
        result = found(chain())
        assert result.sides == ("all", "host", "league")
        assert (result.side, found(chain(), camp="league").side) == (0, 2)
        assert found(summit(*chain().ties, league="ALD;CST")).sides == ("league",)

    def test_what_each_tie_carries_is_the_strength_times_what_its_kind_counts(self) -> None:
        carried = {
            (one.kind, result.codes[one.partner]): one.weight
            for result in [found(chain())]
            for one in result.carriers
            if result.candidate_codes[one.candidate] == "BRK"
        }
        assert carried == {
            ("talk", "PTN"): 0.8,
            ("trade", "ALD"): 0.4,
            ("talk", "HOV"): 0.8,
            ("talk", "CST"): 0.2,
        }

    def test_of_a_tie_told_by_both_the_mean_counts(self) -> None:
        both = ties(("ALD", "BRK", "trade", 0.2))
        assert hangs(found(chain(*both)), "all")["BRK"] == pytest.approx(
            hangs(found(chain(), set={"ties/BRK:ALD:trade:BRK/strength_share": 0.5}), "all")["BRK"]
        )

    def test_a_strained_tie_carries_a_part(self) -> None:
        strained = ties(("CST", "PTN", "talk", 0.6), valence="strained")
        for part in (0.0, 0.5, 1.0):
            result = found(chain(*strained), set={"engines/brokerage/strained_share": part})
            at = result.candidate_codes.index("CST")
            assert result.addressed_weight[0, at] == pytest.approx(0.6 * part)

    def test_over_the_adversary_nothing_is_sent(self) -> None:
        hostile = ties(("CST", "VRG", "talk", 1.0), ("VRG", "PTN", "talk", 1.0))
        before, after = found(chain()), found(chain(*hostile))
        assert "VRG" not in after.candidate_codes
        np.testing.assert_allclose(after.hangs_share, before.hangs_share)
        weight = dict(zip(after.candidate_codes, after.hostile_weight[0].tolist(), strict=True))
        assert weight == {"ALD": 0, "BRK": 0, "CST": 1, "HOV": 0}

    def test_a_leader_gone_takes_personal_ties_along(self) -> None:
        """Without its talks BRK has trade alone, and ALD of all that send alone knows PTN."""
        result = found(chain())
        names = [result.candidate_codes[place] for place in result.contenders]
        gone = dict(zip(names, result.best_if_gone[0].tolist(), strict=True))
        assert gone["BRK"] == NOBODY
        assert result.candidate_codes[gone["ALD"]] == "BRK"

    def test_a_tie_at_its_high_end_can_change_who_is_best(self) -> None:
        close = chain(
            *ties(("DUN", "PTN", "talk", 0.3), strength_share_low=0.1, strength_share_high=1.0),
            *ties(("DUN", "CST", "talk", 1.0), ("DUN", "ALD", "talk", 1.0)),
        )
        result = found(close)
        table = result.raised_table()
        assert table["first"].to_list() == ["DUN"]
        assert table["delegation"].to_list() == ["DUN"]
        at = [result.candidate_codes[place] for place in result.contenders].index("DUN")
        assert result.candidate_codes[result.best_if_stronger[0, at]] == "DUN"

    def test_who_may_follow_brings_ties_of_its_own_and_else_those_of_the_sitting(self) -> None:
        other = Tie(
            delegation="CST", partner="PTN", kind="talk", principal="CST_OPP",
            strength_share=1.0, source=("assumed",),
        )  # fmt: skip
        result = found(chain(other))
        at = result.candidate_codes.index("CST")
        assert result.addressed_weight[0, at] == pytest.approx(0.4)  # its chance of office
        assert result.senders_weight[0, at] == 0
        drawn = found(chain(other), draws=2000).addressed_weight[:, at]
        assert set(drawn) == {0, 1}
        assert drawn.mean() == pytest.approx(0.4, abs=0.05)


class TestTables:
    def test_they_have_the_candidates_in_the_order_of_being_best(self) -> None:
        tables = run(load("minimal"), Brokerage(), draws=200).result.tables()
        envoys = tables["envoys"].filter(pl.col("camp") == "all")
        assert envoys["best_share"].to_list() == sorted(envoys["best_share"], reverse=True)
        assert envoys["best_share"].sum() == pytest.approx(1)
        assert envoys["delegation"].to_list() == tables["standing"]["delegation"].to_list()
        assert tables["roles"].height == envoys.height

    def test_what_flows_on_from_a_contender_flows_to_it(self) -> None:
        table = run(load("minimal"), Brokerage()).result.carrier_table()
        for _, own in table.group_by("delegation"):
            flows = dict(own.group_by("flow").agg(pl.col("current_share").sum()).iter_rows())
            assert flows["to it"] == pytest.approx(flows["from it"])

    def test_a_tie_to_those_addressed_is_closest_or_not(self) -> None:
        result = run(load("minimal"), Brokerage(), draws=100).result
        assert result.closest_share.sum() == pytest.approx(1)


class TestFaults:
    def test_an_unknown_camp_is_refused_with_those_there_are(self) -> None:
        with pytest.raises(SettingsError, match=r"no camp that sends 'leage'. Did you mean league"):
            found(chain(), camp="leage")

    def test_camps_that_are_not_linked_are_refused(self) -> None:
        apart = summit(*ties(("ALD", "CST", "talk", 1.0), ("BRK", "PTN", "talk", 1.0)))
        with pytest.raises(
            MissingDataError, match="no chain of ties leads from the camp 'league' to"
        ):
            found(apart)

    def test_a_link_with_nobody_between_is_no_bridge(self) -> None:
        direct = summit(*ties(("HOV", "PTN", "talk", 1.0)))
        with pytest.raises(MissingDataError, match="between the two themselves"):
            found(direct)

    def test_members_without_a_tie_are_named(self) -> None:
        result = found(summit(*chain().ties, league="ALD;CST;ELM", host="HOV"))
        assert result.without_ties == ("ELM",)

    def test_those_addressed_must_have_a_tie(self) -> None:
        with pytest.raises(MissingDataError, match="no member of Far has a tie"):
            found(summit(*ties(("ALD", "CST", "talk", 1.0))))

    def test_without_tables_it_is_refused(self) -> None:
        with pytest.raises(
            MissingDataError, match=r"brokerage needs tie_kinds.csv, ties.csv, camps"
        ):
            found(load("minimal").replace(tie_kinds=(), ties=(), camps=(), uncertainties=()))


@pytest.fixture(scope="module")
def made() -> Run[BrokerageResult]:
    return run(load("paris-2025"), Brokerage(), draws=30, seed=3)


class TestDraws:
    def test_the_same_seed_gives_the_same_numbers(self, made: Run[BrokerageResult]) -> None:
        again = run(load("paris-2025"), Brokerage(), draws=30, seed=3)
        np.testing.assert_array_equal(made.result.hangs_share, again.result.hangs_share)

    def test_a_shorter_run_is_the_beginning_of_a_longer_one(
        self, made: Run[BrokerageResult]
    ) -> None:
        short = run(load("paris-2025"), Brokerage(), draws=12, seed=3).result
        np.testing.assert_array_equal(short.hangs_share, made.result.hangs_share[:12])
        np.testing.assert_array_equal(short.best_if_gone, made.result.best_if_gone[:12])

    def test_what_ifs_are_asked_in_the_first_draws_of_a_block(
        self, made: Run[BrokerageResult]
    ) -> None:
        engine = Brokerage(what_if_draws_count=10)
        few = run(load("paris-2025"), engine, draws=30, seed=3).result
        np.testing.assert_array_equal(few.hangs_share, made.result.hangs_share)
        np.testing.assert_array_equal(few.best_as_it_is, made.result.best[:10, few.side])
        np.testing.assert_array_equal(few.best_if_gone, made.result.best_if_gone[:10])
        np.testing.assert_array_equal(few.best_if_stronger, made.result.best_if_stronger[:10])

    def test_every_share_is_that_of_networkx_with_and_without_the_node(
        self, made: Run[BrokerageResult]
    ) -> None:
        paris = load("paris-2025").in_key_order
        engine = Brokerage()
        drawn = draw_block(paris, paris.headline_option, seed=3, block=0, n=30, fixed={})
        inputs = engine.inputs(paris, drawn)
        network = inputs.network
        uniform = stream(3, 0, engine.name).random((30, network.office_prob.shape[1]))
        for draw in (0, 17):
            graph = nx.Graph()
            chance = network.office_prob[min(draw, len(network.office_prob) - 1)]
            for tie, (i, j) in enumerate(network.ends.tolist()):
                who = int(network.owner[tie])
                office = int((uniform[draw, who] >= np.cumsum(chance[who])[:-1]).sum())
                size = float(network.weight[draw, office, tie])
                if size > 0 and not inputs.hostile[[i, j]].any():
                    before = graph.get_edge_data(i, j, {"weight": 0.0})["weight"]
                    graph.add_edge(i, j, weight=before + size)
            side = inputs.sides.index("kyiv")
            (start,) = np.flatnonzero(inputs.senders[side]).tolist()
            (end,) = np.flatnonzero(inputs.addressed).tolist()

            def far(graph: Any, start: int = start, end: int = end) -> float:
                part = graph.subgraph(nx.node_connected_component(graph, end))
                return float(
                    nx.resistance_distance(part, start, end, "weight", invert_weight=False)
                )

            as_it_is = far(graph)
            for at, node in enumerate(inputs.candidates.tolist()):
                if node == start:
                    continue
                rest = graph.copy()
                rest.remove_node(node)
                assert made.result.hangs_share[draw, side, at] == pytest.approx(
                    1 - as_it_is / far(rest), abs=1e-9
                )

    def test_no_later_row_is_in_the_tables(self) -> None:
        paris = load("paris-2025")
        assert paris.strict().ties == paris.ties
        assert max(row.known_from for row in paris.ties if row.known_from) <= (
            paris.about.evidence_until
        )

    def test_a_point_is_made_of_expected_weights(self) -> None:
        minimal = load("minimal").in_key_order
        inputs = read_inputs(Brokerage(), minimal, point(minimal.headline_option, {}))
        carried = inputs.network.expected(inputs.network.weight)[0]
        about = [tuple(tie) for tie in inputs.network.ties]
        # 0.6 of a strained tie of 0.2, of which half counts, and 0.4 of one of 0.7
        assert carried[about.index(("CST", "PTN", "leader_affinity"))] == pytest.approx(0.34)


def test_the_first_of_equals_is_best_and_of_nothing_nobody() -> None:
    share = np.array([[0.2, 0.2], [np.nan, 0.1], [0.0, np.nan]])
    assert best(share).tolist() == [0, 1, NOBODY]


def test_networkx_is_loaded_when_a_run_needs_it_and_not_before() -> None:
    code = "import foedus.engines, sys; print('networkx' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "False"
