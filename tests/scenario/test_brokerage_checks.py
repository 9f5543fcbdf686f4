"""What must hold of ties and camps: a broken one of each is found, and said once."""

from pathlib import Path

import pytest
from tests.scenario.broken import Change, changed, told, with_table, without

from foedus.errors import ScenarioError
from foedus.scenario import Scenario, load
from foedus.scenario.brokerage_checks import BROKERAGE_CHECKS
from foedus.scenario.load import SHIPPED

FIRST = "ALD:PTN:leader_affinity:ALD"


BROKEN: dict[str, list[tuple[Change, str, str, str, str, str]]] = {
    "nobody_is_tied_to_itself": [
        (changed("ties", FIRST, partner="ALD"), "ties", "ALD:ALD:leader_affinity:ALD",
         "partner", "ALD is said to be tied to itself", "name the other"),
    ],
    "ties_are_told_once": [
        (changed("ties", "ELM:LEAGUE:format:ELM", delegation="LEAGUE", partner="ALD",
                 principal="LEAGUE"),
         "ties", "LEAGUE:ALD:format:LEAGUE", "partner",
         "the tie format of ALD and LEAGUE stands the other way round too",
         "keep one of them: a tie carries both ways; or set is_one_sided of the kind to 1"),
    ],
    "tied_can_speak": [
        (changed("ties", "DUN:ELM:format:DUN", partner="AIRPOOL"), "ties",
         "DUN:AIRPOOL:format:DUN", "partner", "AIRPOOL is pool and speaks to nobody",
         "take the row out"),
        (changed("camps", "hovan", members=("HOV", "AIRPOOL")), "camps", "hovan", "members",
         "AIRPOOL is pool and speaks to nobody", "take it out"),
    ],
    "camps_do_not_overlap": [
        (changed("camps", "league", members=("ALD", "HOV")), "camps", "league", "members",
         "HOV is in the camp hovan already", "keep it in one of the two"),
        (changed("camps", "hovan", members=("HOV", "DUN", "DUN")), "camps", "hovan", "members",
         "DUN is named 2 times", "name it once"),
    ],
    "camps_have_two_sides": [
        (without("camps", "patronia"), "camps", "", "part",
         "no camp is addressed, so nobody is to be reached", "write addressed for one of them"),
        (without("camps", "hovan", "league"), "camps", "patronia", "part",
         "nobody addresses it: no camp sends", "add a camp with the part sends"),
        (changed("camps", "hovan", part="addressed"), "camps", "patronia", "part",
         "hovan is addressed already, and there is one such camp",
         "write sends, or take the row out"),
        (changed("camps", "hovan", camp="all"), "camps", "all", "camp",
         "'all' stands for all camps that send", "give the camp another name"),
    ],
}  # fmt: skip
"""By check: how the scenario is broken, and the table, row, column, clause and fix that tell it."""

CASES = [(check, *case) for check, cases in BROKEN.items() for case in cases]


@pytest.fixture
def in_key_order(minimal: Scenario) -> Scenario:
    """Return the small scenario with its rows sorted, so that which of two is first is known."""
    return minimal.in_key_order


@pytest.mark.parametrize(("check", "break_it", "table", "key", "field", "says", "fix"), CASES)
def test_what_does_not_hold_is_told_once_with_its_place_and_its_mending(
    in_key_order: Scenario,
    check: str,
    break_it: Change,
    table: str,
    key: str,
    field: str,
    says: str,
    fix: str,
) -> None:
    broken = break_it(in_key_order)
    assert told(broken) == [(table, key, field, says, fix)]
    (found_by,) = [each for each in BROKERAGE_CHECKS if list(each(broken))]
    assert found_by.__name__ == check


def test_every_check_has_a_case() -> None:
    assert list(BROKEN) == [check.__name__ for check in BROKERAGE_CHECKS]
    assert all(BROKEN.values())


def test_a_tie_that_each_side_tells_may_stand_twice(minimal: Scenario) -> None:
    kinds = {row.kind for row in minimal.tie_kinds if row.is_one_sided}
    pairs = [{row.delegation, row.partner} for row in minimal.ties if row.kind in kinds]
    assert kinds == {"trade"}
    assert pairs.count({"ALD", "PTN"}) == 2
    assert told(minimal) == []


def test_a_scenario_without_camps_is_sound(minimal: Scenario) -> None:
    assert not [fault for fault in told(with_table(minimal, "camps", ())) if fault[0] == "camps"]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (",0.6,0.4,0.8,positive,Two", ",2,0.4,2,positive,Two", "2 is more than 1"),
        ("ALD,PTN,leader_affinity", "ALD,PTN,leader_afinity", "'leader_afinity' is not in tie_kin"),
        ("ALD,PTN,leader_affinity", "ALD,XYZ,leader_affinity", "'XYZ' is not in delegations.csv"),
        ("positive,Two", "warm,Two", "'warm'"),
        ("leader_affinity,CST_OPP", "leader_affinity,OPP", "'OPP' is neither in principals.csv"),
        ("leader_affinity,CST_OPP", "leader_affinity,ALD", "ALD speaks for ALD, not for CST"),
    ],
)
def test_a_cell_that_cannot_be_read_is_told(tmp_path: Path, old: str, new: str, says: str) -> None:
    for file in (SHIPPED / "minimal").iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    text = (tmp_path / "ties.csv").read_text(encoding="utf-8")
    assert text.count(old) == 1
    (tmp_path / "ties.csv").write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(ScenarioError) as raised:
        load(tmp_path)
    assert says in str(raised.value)


def test_a_camp_without_members_is_told(tmp_path: Path) -> None:
    for file in (SHIPPED / "minimal").iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    text = (tmp_path / "camps.csv").read_text(encoding="utf-8")
    (tmp_path / "camps.csv").write_text(text.replace("sends,HOV", "sends,"), encoding="utf-8")
    with pytest.raises(ScenarioError, match="members"):
        load(tmp_path)
