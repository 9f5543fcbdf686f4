"""Charts drawn over each other, without the copies that altair makes of their parts."""

from typing import Any

import altair as alt
from altair import SchemaBase


def layered(*charts: Any) -> alt.LayerChart | alt.FacetChart:
    """Return charts drawn over each other, the first at the bottom.

    As `altair.layer` does. It copies each chart several times whenever it becomes part of another,
    with all that its mark and its encoding leave open: more than half of the time of its spec. Both
    are complete here and altered by nobody, so all copies hold the same ones.

    Parameters
    ----------
    *charts
        Complete charts of one mark each.

    Examples
    --------
    >>> bars = alt.Chart(alt.InlineData(values=())).mark_bar()
    >>> layered(bars, bars.mark_rule()).copy().layer[0].mark is bars.mark
    True
    """
    for chart in charts:
        for part in (chart.mark, chart.encoding):
            if isinstance(part, SchemaBase):
                share(part)
    return alt.layer(*charts)


def share(part: SchemaBase) -> None:
    """Make a part of a chart its own deep copy."""

    def itself(_memo: Any) -> SchemaBase:
        return part

    # What is set the usual way becomes a property of the chart.
    object.__setattr__(part, "__deepcopy__", itself)
