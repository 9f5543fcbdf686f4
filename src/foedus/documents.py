"""Values as a JSON document takes them."""

import math
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import polars as pl


def plain(value: Any) -> Any:
    """Return a value as JSON knows it; a number that is not finite is null.

    >>> plain({"a_prob": np.float64(0.5), "b": (float("nan"), date(2025, 2, 17))})
    {'a_prob': 0.5, 'b': [None, '2025-02-17']}
    """
    match value:
        case None | bool() | int() | str():
            return value
        case float():
            return float(value) if math.isfinite(value) else None
        case date():
            return value.isoformat()
        case np.generic():
            return plain(value.item())
        case np.ndarray():
            return plain(value.tolist())
        case pl.DataFrame():
            return plain(value.to_dicts())
        case Mapping():
            return {str(key): plain(part) for key, part in value.items()}
        case Sequence():
            return [plain(part) for part in value]
        case _:
            raise TypeError(f"{type(value).__name__} has no place in a JSON document")
