"""A file of settled issues is read whole, or refused with everything that is wrong in it."""

from pathlib import Path

import numpy as np
import pytest

from foedus.cli.backtest_file import NO_OUTCOME, NO_WEIGHT, TOO_FEW, read_cases
from foedus.errors import SettingsError

LONG = """issue,actor,position,salience,capability,outcome,reference
tax,ALD,0,50,2,40,0
tax,BRK,100,25,1,,
quota,ALD,10,100,2,10,
quota,BRK,30,,1,,
quota,CST,90,80,4,,
"""
DEU = (
    "prnr;prname;isnr;type;pcom;pfr;pde;scom;sfr;sde;rp;out\n"
    "x1;paint;x1i1;Reg;100;0;;60;50;0;0;80\n"
    "x1;paint;x1i2;Reg;50;12,5;100;60;50;.;999;999\n"
    "x2;glue;x2i1;Dir;50;0;100;60;50;70;.;30\n"
)


def written(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "settled.csv"
    path.write_text(text, encoding=encoding)
    return path


def told(folder: Path, text: str) -> str:
    with pytest.raises(SettingsError) as caught:
        read_cases(written(folder, text))
    return str(caught.value)


def test_the_long_layout_is_read(tmp_path: Path) -> None:
    found = read_cases(written(tmp_path, LONG))
    assert found.layout == "long"
    assert found.has_capability
    assert found.unscored == {}
    tax, quota = found.cases
    assert (tax.issue, tax.proposal, tax.outcome_score, tax.reference_score) == (
        "tax",
        "tax",
        40,
        0,
    )
    assert tax.position_score.tolist() == [0, 100]
    assert tax.salience_share.tolist() == [0.5, 0.25]
    assert tax.capability_weight.tolist() == [2, 1]
    assert np.isnan(quota.reference_score)


def test_an_actor_without_a_salience_is_left_out_and_never_0(tmp_path: Path) -> None:
    found = read_cases(written(tmp_path, LONG))
    assert found.cases[1].position_score.tolist() == [10, 90]
    assert found.left_out_count == 1


def test_the_layout_of_deu_iii_is_read(tmp_path: Path) -> None:
    found = read_cases(written(tmp_path, DEU))
    assert found.layout == "DEU III"
    assert not found.has_capability
    first, last = found.cases
    assert (first.issue, first.proposal, first.outcome_score) == ("x1i1", "x1", 80)
    # Germany has a salience of 0 and no position: it is not there.
    assert first.position_score.tolist() == [100, 0]
    assert first.capability_weight.tolist() == [1, 1]
    assert first.reference_score == 0
    assert last.position_score.tolist() == [50, 0, 100]
    assert np.isnan(last.reference_score)


def test_an_outcome_of_999_is_missing_in_deu_iii(tmp_path: Path) -> None:
    assert read_cases(written(tmp_path, DEU)).unscored == {"x1i2": NO_OUTCOME}


def test_a_decimal_comma_is_read_where_cells_are_not_parted_by_it(tmp_path: Path) -> None:
    found = read_cases(written(tmp_path, DEU.replace("999;999", "999;30")))
    assert found.cases[1].position_score.tolist() == [50, 12.5]


def test_tabs_part_cells_too(tmp_path: Path) -> None:
    path = written(tmp_path, DEU.replace(";", "\t"), "utf-8-sig")
    assert len(read_cases(path).cases) == 2


def test_capability_may_be_added_to_deu_iii(tmp_path: Path) -> None:
    head, *lines = DEU.splitlines()
    text = "\n".join([f"{head};ccom;cfr;cde", *(f"{line};1;2;999" for line in lines)])
    found = read_cases(written(tmp_path, text))
    assert found.has_capability
    assert found.cases[-1].capability_weight.tolist() == [1, 2, 999]


def test_a_capability_for_some_actors_only_is_refused(tmp_path: Path) -> None:
    head, *lines = DEU.splitlines()
    text = "\n".join([f"{head};cfr", *(f"{line};2" for line in lines)])
    says = told(tmp_path, text)
    assert "settled.csv:2: ccom: the cell is empty" in says
    assert "settled.csv:4: cde: the cell is empty" in says


@pytest.mark.parametrize(
    ("text", "says", "fix"),
    [
        ("", "1: issue: the column is missing", "write a header with issue, actor, position"),
        ("tax,ALD,0,50,40\n", "1: issue: the column is missing", "write a header with"),
        ("issue,actor,position,salience,outcome\n", "it has no rows", "a line an issue and actor"),
        (LONG.replace("tax,ALD,0,", "tax,ALD,low,"), "2: position: 'low' is not a number", "0 to"),
        (LONG.replace("tax,ALD,0,", "tax,ALD,120,"), "2: position: 120 is not 0 to 100", "0 to"),
        (LONG.replace("tax,ALD,0,", "tax,ALD,999,"), "2: position: 999 is not 0 to 100", "0 to"),
        (LONG.replace("tax,ALD,0,", "tax,ALD,inf,"), "2: position: inf is not 0 to 100", "0 to"),
        (LONG.replace("tax,ALD,0,", "tax,ALD,1_0,"), "2: position: '1_0' is not a", "0 to"),
        (LONG.replace("100,25,", "100,-25,"), "3: salience: -25 is not 0 to 100", "leave the cell"),
        (LONG.replace("25,1,,", "25,-1,,"), "3: capability: -1 is not 0 or more", "0 or more"),
        (LONG.replace("25,1,,", "25,,,"), "3: capability: the cell is empty", "how strong"),
        (LONG.replace("tax,BRK", "tax,ALD"), "3: actor: ALD stands in line 2 too for tax", "keep"),
        (LONG.replace("tax,BRK", ",BRK"), "3: issue: the cell is empty", "write a name"),
        (
            LONG.replace("25,1,,", "25,1,50,"),
            "3: outcome: 50, but line 2 says 40 for",
            "one outcome",
        ),
        (LONG.replace("tax,ALD", 'tax,"ALD'), "it is not CSV", "mend the quotes"),
        (LONG.replace("reference", "referent"), "1: referent: the file has no such column", "take"),
        (DEU.replace(";isnr;", ";ISNR;"), "1: issue: the column is missing", "header"),
        (DEU.replace(";out", ";outcome"), "1: out: the column is missing", "from DEU III"),
        (DEU.replace("sfr", "spam"), "1: pfr: there is no sfr to it", "add sfr, or take pfr out"),
        (DEU.replace("x1i2", "x1i1"), "3: isnr: x1i1 stands in line 2 too", "keep one"),
        (DEU.replace("x1i1", ""), "2: isnr: the cell is empty", "take the line out"),
        (DEU.replace("Reg;100;0", "Reg;100;888"), "2: pfr: 888 is not 0 to 100", "leave the cell"),
    ],
)
def test_a_fault_is_told_with_its_line_and_fix(
    text: str, says: str, fix: str, tmp_path: Path
) -> None:
    found = told(tmp_path, text)
    assert says in found
    assert fix in found[found.index("fix: ") :]


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    text = LONG.replace("0,50,2,40", "-5,500,x,400")
    found = told(tmp_path, text)
    assert found.startswith("4 problems in the file of settled issues")
    for column in ("position", "salience", "capability", "outcome"):
        assert f"settled.csv:2: {column}: " in found


def test_a_proposal_is_one_for_an_issue(tmp_path: Path) -> None:
    text = (
        "issue,actor,position,salience,outcome,proposal\n"
        "tax,ALD,0,50,40,\ntax,BRK,10,50,,budget\ntax,CST,20,50,,law\n"
    )
    assert "4: proposal: 'law', but tax is of 'budget' above" in told(tmp_path, text)
    assert read_cases(written(tmp_path, text.replace("law", ""))).cases[0].proposal == "budget"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("tax,ALD,0,50,40\n", TOO_FEW),
        ("tax,ALD,0,,40\ntax,BRK,,50,\n", TOO_FEW),
        ("tax,ALD,0,50,\ntax,BRK,5,50,NA\n", NO_OUTCOME),
        ("tax,ALD,0,0,40\ntax,BRK,5,0,\n", NO_WEIGHT),
        ("tax,ALD,,,\ntax,BRK,,,\n", NO_OUTCOME),
    ],
)
def test_a_file_without_anything_to_score_says_why(text: str, says: str, tmp_path: Path) -> None:
    found = told(tmp_path, f"issue,actor,position,salience,outcome\n{text}")
    assert found == f"no issue in the file can be scored: {says}."


def test_a_file_that_is_not_text_is_told(tmp_path: Path) -> None:
    path = written(tmp_path, LONG.replace("ALD", "ÅLD"), "latin-1")
    with pytest.raises(SettingsError, match="it is not UTF-8"):
        read_cases(path)


def test_a_thousand_issues_of_thirty_actors_are_read(tmp_path: Path) -> None:
    codes = [f"{a}{b}" for a in "abcde" for b in "uvwxyz"]
    header = ";".join(["isnr", *(f"p{c}" for c in codes), *(f"s{c}" for c in codes), "out"])
    line = ";".join(["50"] * 60 + ["40"])
    text = "\n".join([header, *(f"i{i};{line}" for i in range(1000))])
    found = read_cases(written(tmp_path, text))
    assert len(found.cases) == 1000
    assert all(case.position_score.size == 30 for case in found.cases)
