"""Columns: one for each choice, however many units, and each with an end."""

from dataclasses import fields, replace

import numpy as np
import pytest

from foedus.engines.forces.plan.columns import Columns, Form, largest_values, variables_of
from foedus.engines.forces.plan.instances import instance


def test_ten_times_the_units_make_no_more_variables() -> None:
    one, ten = (variables_of(instance("mid", times=times), "state") for times in (1, 10))
    assert ten.columns == one.columns


@pytest.mark.parametrize("form", ["window", "state"])
def test_every_variable_has_an_end(form: Form) -> None:
    mid = instance("mid")
    every_kind = replace(
        mid, lead_changes_most=1, least_contribution_persons=(500,) * len(mid.nations)
    )
    variables = variables_of(every_kind, form)
    kinds = [getattr(variables.columns, field.name) for field in fields(Columns)]
    assert [kind.stop > kind.start for kind in kinds].count(False) == (form == "window")
    assert np.isfinite(largest_values(variables)).all()
