"""A mixed-integer programme as arrays, whatever it is about."""

from typing import NamedTuple

from scipy import sparse

from foedus.engines.forces.blocks import BoolArray, FloatArray


class Rows(NamedTuple):
    """A linear programme as arrays: lower <= matrix @ x <= upper, between bounds."""

    matrix: sparse.csr_matrix
    lower: FloatArray
    upper: FloatArray
    column_lower: FloatArray
    column_upper: FloatArray
    whole: BoolArray
    """Which variables must be whole numbers."""
