"""Options side by side: the same futures for all, and the better side of a question."""

import numpy as np
import pytest
from tests.ensemble.analytic import matrix, model_of, sampled, uniforms

from foedus.ensemble.across_options import AcrossOptions, across_options
from foedus.ensemble.boxes import Question
from foedus.ensemble.sensitivity import Model
from foedus.errors import SettingsError

SEEN: list[str] = []


def option(shift: float, slope: float) -> Model:
    def run(draws: object, chance: np.ndarray) -> dict[str, np.ndarray]:
        SEEN.append(draws.option)  # type: ignore[attr-defined]
        return {"y": shift + slope * matrix(draws)[:, 0] + 0 * chance}  # type: ignore[arg-type]

    return model_of(run)


def compared(more_is_better: bool | None = True, question: Question | None = None) -> AcrossOptions:
    models = {"steady": option(0.5, 0.0), "bold": option(0.0, 2.0)}
    return across_options(
        *(sampled(uniforms(1)), models, "y"),
        more_is_better=more_is_better,
        seed=1,
        draws=3000,
        question=question,
    )


def test_regret_is_that_of_the_same_future() -> None:
    """Of 1/2 and 2 x: the steady one stays behind by 9/16 on average, the bold one by 1/16."""
    SEEN.clear()
    found = compared()
    assert set(SEEN) == {"steady", "bold"}
    assert found.robustness.regret_mean == pytest.approx([9 / 16, 1 / 16], abs=0.03)
    assert found.robustness.best_share == pytest.approx([1 / 4, 3 / 4], abs=0.03)
    assert found.named["best_share"] == ("bold",)
    assert found.named["worst"] == ("steady",)
    assert "satisficing_share" not in found.named
    assert "satisficing_share" not in found.table().columns


def test_less_may_be_better() -> None:
    found = compared(more_is_better=False)
    assert found.robustness.best_share == pytest.approx([3 / 4, 1 / 4], abs=0.03)
    assert found.named["regret_mean"] == ("steady",)


@pytest.mark.parametrize("more_is_better", [True, False])
@pytest.mark.parametrize("sign", ["<", ">="])
def test_the_better_side_of_a_question_is_asked_for(more_is_better: bool, sign: str) -> None:
    """Half of the draws of the bold one are above 1, none of the steady one."""
    question = Question("y", "<" if sign == "<" else ">=", 1.0)
    shares = compared(more_is_better, question).table()["satisficing_share"].to_list()
    expected = [0, 0.5] if more_is_better else [1, 0.5]
    assert shares == pytest.approx(expected, abs=0.03)


def test_what_cannot_be_compared_is_refused() -> None:
    with pytest.raises(SettingsError, match="neither more nor less of it is better"):
        compared(more_is_better=None)
    with pytest.raises(SettingsError, match="options are compared by y"):
        compared(question=Question("z", "<", 1.0))
