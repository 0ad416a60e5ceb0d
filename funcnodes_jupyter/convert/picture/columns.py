"""Places for boxes that nobody placed: in columns, from left to right along the wires."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping

GAP_X = 64.0
GAP_Y = 40.0


def in_columns(
    sizes: Mapping[str, tuple[float, float]], edges: Iterable[tuple[str, str]], origin: tuple[float, float] = (0.0, 0.0)
) -> dict[str, tuple[float, float]]:
    """The top left corner of each box, in pixels from that of the first column at ``origin``.

    Args:
        sizes: Width and height by name. The order is kept within a column.
        edges: Source and target; what is not in ``sizes`` counts for nothing, and circles are cut somewhere.
    """
    places: dict[str, tuple[float, float]] = {}
    x = origin[0]
    for column in _columns(sizes, edges):
        y = origin[1]
        for name in column:
            places[name] = (x, y)
            y += sizes[name][1] + GAP_Y
        x += max(sizes[name][0] for name in column) + GAP_X
    return places


def _columns(names: Iterable[str], edges: Iterable[tuple[str, str]]) -> list[list[str]]:
    """Each name in a column behind those of all its sources."""
    targets: dict[str, list[str]] = {name: [] for name in names}
    waits = dict.fromkeys(targets, 0)
    for source, target in edges:
        if source in targets and target in targets and source != target:
            targets[source].append(target)
            waits[target] += 1
    depth = dict.fromkeys(targets, 0)
    ready = deque(name for name, count in waits.items() if count == 0)
    unplaced, placed = iter(targets), set[str]()
    while len(placed) < len(targets):
        # Where nothing is ready there is a circle: its first one begins.
        name = ready.popleft() if ready else next(unplaced)
        if name in placed:
            continue
        placed.add(name)
        for target in targets[name]:
            if target not in placed:
                depth[target] = max(depth[target], depth[name] + 1)
                waits[target] -= 1
                if waits[target] == 0:
                    ready.append(target)
    columns: list[list[str]] = [[] for _ in range(max(depth.values(), default=-1) + 1)]
    for name in targets:
        columns[depth[name]].append(name)
    return [column for column in columns if column]
