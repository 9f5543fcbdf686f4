import csv
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import spearmanr

from foedus.engines.spending.key_fit import (
    KEYS,
    Mission,
    best_keys,
    fit,
    read_missions,
    scored_keys,
    sets_of,
    share_key_fit,
)

ROOT = Path(__file__).parents[3]
DATA = ROOT / "docs" / "data"
CONTRIBUTIONS = DATA / "mission_contributions.csv"
SIZES = DATA / "nation_sizes.csv"

HEAD = "mission,date,iso3,troops_persons,nato_member\n"
SIZE_HEAD = "iso3,measure,data_year,value\n"


@pytest.fixture(scope="module")
def missions() -> dict[str, Mission]:
    return {mission.name: mission for mission in read_missions(CONTRIBUTIONS, SIZES)}


def small(**sizes: tuple[float, ...]) -> Mission:
    """Return a mission of four nations, two of them members, in which nobody is special."""
    alike = (1.0, 1.0, 1.0, 1.0)
    given = {name: sizes.get(name, alike) for mix in KEYS.values() for name in mix}
    return Mission(
        "M", "1996", ("USA", "AAA", "BBB", "CCC"), (4, 3, 2, 1), frozenset({"USA", "AAA"}), given
    )


class TestFit:
    def test_by_hand(self) -> None:
        """Shares 0.6, 0.3, 0.1 against 0.2, 0.5, 0.3: off by 0.4, 0.2, 0.2."""
        found = fit([6, 3, 1], [0.2, 0.5, 0.3])
        assert found.error_share == pytest.approx(0.8 / 3)
        assert found.moved_share == pytest.approx(0.4)
        assert found.rank_correlation == pytest.approx(-0.5)

    @given(st.lists(st.integers(0, 50), min_size=2, max_size=8).filter(any))
    def test_a_key_of_what_was_sent_fits_without_error(self, troops: list[int]) -> None:
        found = fit(troops, np.array(troops) / sum(troops))
        assert found.error_share == pytest.approx(0, abs=1e-12)
        assert found.moved_share == pytest.approx(0, abs=1e-12)
        alike = len(set(troops)) == 1
        assert np.isnan(found.rank_correlation) if alike else found.rank_correlation == 1

    @given(
        st.lists(
            st.tuples(st.integers(1, 50), st.integers(1, 50)), min_size=2, max_size=8, unique=True
        )
    )
    def test_the_two_distances_differ_by_half_the_count(self, pairs: list[tuple[int, int]]) -> None:
        troops, size = np.array(pairs).T
        found = fit(troops, size / size.sum())
        assert found.moved_share == pytest.approx(found.error_share * len(pairs) / 2)

    def test_equal_shares_have_no_order(self) -> None:
        assert np.isnan(fit([3, 2, 1], [1 / 3, 1 / 3, 1 / 3]).rank_correlation)


class TestSets:
    def test_all_without_the_guarantor_and_members(self) -> None:
        found = {name: cut.nations for name, cut in sets_of(small()).items()}
        # Members without the guarantor would be one nation, which has no order.
        assert found == {
            "all": ("USA", "AAA", "BBB", "CCC"),
            "without USA": ("AAA", "BBB", "CCC"),
            "NATO": ("USA", "AAA"),
        }

    def test_a_set_that_is_another_is_not_told_twice(self) -> None:
        assert list(sets_of(small().of(["USA", "AAA"]))) == ["all"]

    def test_shares_are_those_among_the_nations_that_remain(self) -> None:
        mission = small(gdp=(97.0, 1.0, 1.0, 1.0))
        np.testing.assert_allclose(mission.key_share("GDP"), [0.97, 0.01, 0.01, 0.01])
        less = mission.of(["AAA", "CCC"])
        assert less.troops_persons == (3.0, 1.0)
        np.testing.assert_allclose(less.key_share("GDP"), [0.5, 0.5])


class TestBestKey:
    def test_the_key_that_made_the_force_is_found(self) -> None:
        found = best_keys(small(population=(4.0, 3.0, 2.0, 1.0)))
        assert [line.key for line in found] == ["population"] * 2
        assert found[0].moved_share == pytest.approx(0, abs=1e-12)
        assert [line.kept_count for line in found] == [4, 3]

    def test_a_best_key_that_hangs_on_one_nation_is_known(self) -> None:
        """GDP fits the first nation alone; without it population fits all others."""
        mission = Mission(
            "M",
            "1996",
            ("AAA", "BBB", "CCC", "DDD"),
            (90, 6, 3, 1),
            frozenset(),
            {
                "gdp": (90.0, 1.0, 3.0, 6.0),
                "population": (20.0, 6.0, 3.0, 1.0),
                "active_forces": (1.0, 1.0, 1.0, 1.0),
                "defence_spending": (1.0, 1.0, 1.0, 1.0),
            },
        )
        (best,) = best_keys(mission)
        assert best.key == "GDP"
        assert best.kept_count == 3

    def test_too_few_to_leave_one_out_have_none(self) -> None:
        assert best_keys(small().of(["USA", "AAA"])) == []


class TestTheMissions:
    def test_counts_and_totals_are_those_of_the_source(self, missions: dict[str, Mission]) -> None:
        """The rows of the written answer sum to 65,013 for IFOR."""
        found = {
            name: (len(mission.nations), sum(mission.troops_persons), len(mission.members))
            for name, mission in missions.items()
        }
        assert found == {"IFOR": (33, 65013, 16), "SFOR": (35, 34806, 16)}

    @pytest.mark.parametrize("mission", ["IFOR", "SFOR"])
    @pytest.mark.parametrize("name", ["all", "without USA", "NATO", "NATO without USA"])
    def test_scores_are_those_of_a_slow_count(
        self, missions: dict[str, Mission], mission: str, name: str
    ) -> None:
        """From the files anew, with none of the functions under test."""
        with CONTRIBUTIONS.open(encoding="utf-8") as file:
            sent = [line for line in csv.DictReader(file) if line["mission"] == mission]
        if "NATO" in name:
            sent = [line for line in sent if line["nato_member"] == "1"]
        if "without" in name:
            sent = [line for line in sent if line["iso3"] != "USA"]
        with SIZES.open(encoding="utf-8") as file:
            size = {
                (line["measure"], line["iso3"]): float(line["value"])
                for line in csv.DictReader(file)
                if line["data_year"] == sent[0]["date"][:4]
            }

        def parts(amounts: list[float]) -> list[float]:
            return [amount / sum(amounts) for amount in amounts]

        troops = parts([float(line["troops_persons"]) for line in sent])
        sized = {
            measure: parts([size[measure, line["iso3"]] for line in sent])
            for measure in ("gdp", "population", "active_forces", "defence_spending")
        }
        keys = {
            "GDP": sized["gdp"],
            "population": sized["population"],
            "half GDP, half population": [
                (one + other) / 2
                for one, other in zip(sized["gdp"], sized["population"], strict=True)
            ],
            "active forces": sized["active_forces"],
            "defence spending": sized["defence_spending"],
            "equal shares": [1 / len(sent)] * len(sent),
        }
        scores = {line.key: line for line in scored_keys(missions[mission]) if line.nations == name}
        assert list(scores) == list(keys)
        for key, fair in keys.items():
            found = scores[key].fit
            apart = [abs(one - other) for one, other in zip(troops, fair, strict=True)]
            assert scores[key].nations_count == len(sent)
            assert found.error_share == pytest.approx(sum(apart) / len(apart))
            assert found.moved_share == pytest.approx(sum(apart) / 2)
            if key != "equal shares":
                assert found.rank_correlation == pytest.approx(spearmanr(troops, fair).statistic)

    def test_what_the_page_says_of_the_table_holds(self, missions: dict[str, Mission]) -> None:
        best = {
            (line.mission, line.nations): line
            for mission in missions.values()
            for line in best_keys(mission)
        }
        scores = {
            (line.mission, line.nations, line.key): line.fit
            for mission in missions.values()
            for line in scored_keys(mission)
        }
        for name in missions:
            assert best[name, "all"].key == "half GDP, half population"
            for nations in ("without USA", "NATO without USA"):
                assert best[name, nations].key == "defence spending"
                assert best[name, nations].kept_count == best[name, nations].nations_count
        for (name, nations), line in best.items():
            fits = {key: scores[name, nations, key] for key in KEYS}
            moved = {key: found.moved_share for key, found in fits.items()}
            assert line.moved_share < 0.25
            assert moved["half GDP, half population"] < line.moved_share + 0.12
            # Active forces alone fit worse than equal shares, and only in one set.
            worse = [key for key in KEYS if moved[key] > moved["equal shares"]]
            assert worse == ["active forces"] * ((name, nations) == ("IFOR", "without USA"))
            worst = max((key for key in KEYS if KEYS[key]), key=lambda key: moved[key])
            assert (worst == "active forces") == ((name, nations) != ("SFOR", "NATO"))
            assert moved["half GDP, half population"] < moved[worst]
            orders = {key: found.rank_correlation for key, found in fits.items() if KEYS[key]}
            assert min(orders, key=lambda key: orders[key]) == "active forces"
            assert min(orders.values()) > 0.5

    def test_sizes_two_years_older_would_choose_the_same_keys(
        self, missions: dict[str, Mission], tmp_path: Path
    ) -> None:
        earlier = tmp_path / "earlier.csv"
        text = CONTRIBUTIONS.read_text(encoding="utf-8")
        earlier.write_text(text.replace("SFOR,1998-01,", "SFOR,1996,"), encoding="utf-8")
        found = {mission.name: mission for mission in read_missions(earlier, SIZES)}["SFOR"]
        assert found.sizes != missions["SFOR"].sizes
        assert [line.key for line in best_keys(found)] == [
            line.key for line in best_keys(missions["SFOR"])
        ]

    def test_every_value_has_its_source_and_its_mark(self) -> None:
        readme = (DATA / "README.md").read_text(encoding="utf-8")
        for path in (CONTRIBUTIONS, SIZES):
            with path.open(encoding="utf-8") as file:
                lines = list(csv.DictReader(file))
            assert {line["verified"] for line in lines} <= {"found", "found-rounded", "memory"}
            assert all(f"| `{line['source']}` |" in readme for line in lines)

    def test_the_table_on_the_page_is_the_one_that_is_made(self) -> None:
        page = (ROOT / "docs" / "models" / "burden.md").read_text(encoding="utf-8")
        part = re.search(r"<!-- generated: share_key_fit -->\n(.*?)<!-- end -->", page, re.DOTALL)
        assert part is not None
        assert part[1].strip() == share_key_fit(DATA).strip()


class TestReading:
    @staticmethod
    def read(folder: Path, contributions: str, sizes: str) -> list[Mission]:
        sent, size = folder / "sent.csv", folder / "size.csv"
        sent.write_text(HEAD + contributions, encoding="utf-8")
        size.write_text(SIZE_HEAD + sizes, encoding="utf-8")
        return read_missions(sent, size)

    def test_sizes_are_those_of_the_year_of_the_count(self, tmp_path: Path) -> None:
        (mission,) = self.read(
            tmp_path,
            "M,1998-01,AAA,30,1\nM,1998-01,BBB,10,0\n",
            "AAA,gdp,1996,1\nAAA,gdp,1998,2\nBBB,gdp,1998,3\n",
        )
        assert mission.sizes == {"gdp": (2.0, 3.0)}
        assert mission.troops_persons == (30.0, 10.0)
        assert mission.members == {"AAA"}

    @pytest.mark.parametrize(
        ("contributions", "sizes", "why"),
        [
            ("M,1996,AAA,1,1\n", "AAA,gdp,1998,2\n", r"lacks gdp 1996 AAA"),
            ("M,1996,AAA,1,1\nM,1996,AAA,2,1\n", "AAA,gdp,1996,2\n", "M has a nation twice"),
            ("M,1996,AAA,1,1\nM,1997,BBB,2,1\n", "AAA,gdp,1996,2\n", "two dates"),
            ("M,1996,AAA,1,1\n", "AAA,gdp,1996,2\nAAA,gdp,1996,3\n", "gdp 1996 AAA twice"),
        ],
    )
    def test_what_would_flatter_a_key_is_refused(
        self, tmp_path: Path, contributions: str, sizes: str, why: str
    ) -> None:
        with pytest.raises(ValueError, match=why):
            self.read(tmp_path, contributions, sizes)
