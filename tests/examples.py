"""How many examples a property is tried on where one example is dear: a share of the profile's."""

from typing import Final

from hypothesis import settings

FEWEST: Final = 4

few: Final = settings(max_examples=max(FEWEST, settings().max_examples // 4))
"""A quarter of what other properties are tried on, in every profile."""
