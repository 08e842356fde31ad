"""Order the nodes of each column so that few lines cross, and give every node a place.

Lines that pass over a column go through a waypoint in it, so that they lead between the cards and not behind them. The
order comes from sweeping over the columns, each node moving to the middle of what it is connected with, and keeping the
best order seen; heights from the same sweeps with the order fixed. (This is the method of Sugiyama, Tagawa and Toda,
1981.) The result is the same on every run.
"""

from bisect import bisect_right, insort
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from vcwallet.pathways.columns import FOLD_ABOVE, Columns, Edge, Node, columns, order_key
from vcwallet.pathways.pathway import Pathway

# Sweeps there and back. More than these four pairs changed nothing for published pathways.
_SWEEPS: Final = 8
# Sweeps in a row that may pass without an improvement: one there and one back.
_PATIENCE: Final = 2
# Waypoints of all lines together; beyond, long lines go straight. A strange pathway could need a quarter of a million.
MAX_WAYPOINTS: Final = 2_000
# From this many lines on, two sweeps have to do.
_MANY_LINES: Final = 3_000


@dataclass(frozen=True)
class Arrangement:
    """Everything that a picture or a page needs to show a pathway from left to right.

    - `lanes`: for each column the ids of its nodes and waypoints, from top to bottom.
    - `via`: for each drawn line, as source and target, the waypoints that it passes.
    - `crossings`: how many pairs of drawn lines cross.
    """

    columns: Columns
    lanes: tuple[tuple[str, ...], ...]
    via: Mapping[tuple[str, str], tuple[str, ...]]
    crossings: int

    @property
    def edges(self) -> tuple[Edge, ...]:
        return self.columns.edges

    @property
    def off_path(self) -> tuple[str, ...]:
        return self.columns.off_path

    def nodes_in(self, column: int) -> tuple[Node, ...]:
        """The nodes of a column, from top to bottom."""
        return tuple(self.columns.nodes[item] for item in self.lanes[column] if item in self.columns.nodes)

    @property
    def reading_order(self) -> tuple[Node, ...]:
        """All nodes, column by column from the left: the order of the list that says the same as the picture."""
        return tuple(node for column in range(len(self.lanes)) for node in self.nodes_in(column))


def arrange(pathway: Pathway, *, fold_above: int = FOLD_ABOVE, opened: Collection[str] = ()) -> Arrangement:
    """Lay a pathway out. `opened` are the ids of groups that are not to be folded. Raises as `columns` does."""
    found = columns(pathway, fold_above=fold_above, opened=opened)
    lanes, links, via = _with_waypoints(pathway, found)
    if sum(map(len, links)) > 0:
        lanes = _untangled(lanes, links)
    return Arrangement(found, tuple(map(tuple, lanes)), via, count_crossings(lanes, links))


Links = list[list[tuple[str, str]]]


def _with_waypoints(
    pathway: Pathway, found: Columns
) -> tuple[list[list[str]], Links, dict[tuple[str, str], tuple[str, ...]]]:
    """Columns in the author's order, and for each gap the links across it; lines from one node share their waypoints."""
    position = {step.id: order_key(step, number) for number, step in enumerate(pathway.steps)}
    lanes: list[list[str]] = [[] for _ in range(found.number)]
    for node in sorted(found.nodes.values(), key=lambda node: position[node.steps[0]]):
        lanes[node.column].append(node.id)
    links: Links = [[] for _ in range(max(found.number - 1, 0))]
    via: dict[tuple[str, str], tuple[str, ...]] = {}
    shared: dict[tuple[str, int], str] = {}
    for edge in found.edges:
        if edge.is_implied:
            continue
        begin, end = found.nodes[edge.source].column, found.nodes[edge.target].column
        missing = [column for column in range(begin + 1, end) if (edge.source, column) not in shared]
        if len(shared) + len(missing) > MAX_WAYPOINTS:
            via[edge.source, edge.target] = ()
            continue
        for column in missing:
            # No id of a step has a blank in it.
            shared[edge.source, column] = waypoint = f"{edge.source} via {column}"
            lanes[column].append(waypoint)
            links[column - 1].append((shared.get((edge.source, column - 1), edge.source), waypoint))
        via[edge.source, edge.target] = tuple(shared[edge.source, column] for column in range(begin + 1, end))
        links[end - 1].append((shared.get((edge.source, end - 1), edge.source), edge.target))
    return lanes, links, via


def _untangled(lanes: list[list[str]], links: Links) -> list[list[str]]:
    rightwards = [_grouped((target, source) for source, target in gap) for gap in links]
    leftwards = [_grouped(gap) for gap in links]
    best, fewest = lanes, count_crossings(lanes, links)
    current = [list(lane) for lane in lanes]
    without_gain = 0
    for sweep in range(_SWEEPS if sum(map(len, links)) < _MANY_LINES else 2):
        if fewest == 0 or without_gain == _PATIENCE:
            break
        if sweep % 2 == 0:
            for column in range(len(current) - 2, -1, -1):
                _by_middle(current, column, leftwards[column], current[column + 1])
        else:
            for column in range(1, len(current)):
                _by_middle(current, column, rightwards[column - 1], current[column - 1])
        crossings = count_crossings(current, links)
        without_gain += 1
        if crossings < fewest:
            best, fewest, without_gain = [list(lane) for lane in current], crossings, 0
    return best


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one, other in pairs:
        found.setdefault(one, []).append(other)
    return found


def _by_middle(lanes: list[list[str]], column: int, neighbours: Mapping[str, list[str]], fixed: list[str]) -> None:
    """Order a column by the mean place of each item's neighbours; items without neighbours keep their place."""
    row = {item: number for number, item in enumerate(fixed)}
    lane = lanes[column]
    scale = max(len(fixed) - 1, 1) / max(len(lane) - 1, 1)

    def middle(number: int) -> float:
        rows = [row[neighbour] for neighbour in neighbours.get(lane[number], ())]
        return sum(rows) / len(rows) if rows else number * scale

    lanes[column] = [lane[number] for number in sorted(range(len(lane)), key=middle)]


def count_crossings(lanes: list[list[str]], links: Links) -> int:
    """How many pairs of links cross, in all gaps together."""
    total = 0
    for column, gap in enumerate(links):
        left = {item: number for number, item in enumerate(lanes[column])}
        right = {item: number for number, item in enumerate(lanes[column + 1])}
        seen: list[int] = []
        # Links in the order of their beginnings: each crosses the earlier ones that end below it.
        for _, end in sorted((left[source], right[target]) for source, target in gap):
            total += len(seen) - bisect_right(seen, end)
            insort(seen, end)
    return total


# --- heights -------------------------------------------------------------------------------------------------------------


def place_vertically(
    arrangement: Arrangement, heights: Mapping[str, float], gap: float, *, rounds: int = 9
) -> dict[str, float]:
    """The middle of each node and waypoint, from the top, so that lines are short and nothing overlaps.

    `heights` are the heights of all nodes and waypoints; at least `gap` is left between two of them. Each column in turn
    moves to the mean of its neighbours, as close as the order allows (least squares, by pooling adjacent violators).
    """
    neighbours: dict[str, list[str]] = {}
    for (source, target), through in arrangement.via.items():
        chain = (source, *through, target)
        for one, other in pairwise(chain):
            if abs(_column(arrangement, one) - _column(arrangement, other)) == 1:
                neighbours.setdefault(one, []).append(other)
                neighbours.setdefault(other, []).append(one)
    middle: dict[str, float] = {}
    for lane in arrangement.lanes:
        top = 0.0
        for item in lane:
            middle[item] = top + heights[item] / 2
            top += heights[item] + gap
        for item in lane:
            middle[item] -= top / 2
    indices = range(len(arrangement.lanes))
    for turn in range(rounds):
        for column in reversed(indices) if turn % 2 == 0 else indices:
            lane = arrangement.lanes[column]
            wanted = [_mean([middle[other] for other in neighbours.get(item, ())], middle[item]) for item in lane]
            middle.update(zip(lane, _kept_apart(lane, wanted, heights, gap), strict=True))
    for column in indices[1:]:
        lane = arrangement.lanes[column]
        before = [other for other in neighbours.get(lane[0], ()) if _column(arrangement, other) == column - 1]
        if len(lane) == len(before) == 1:
            # Alone in its column and led to by one line: that line may as well be straight.
            middle[lane[0]] = middle[before[0]]
    highest = min((middle[item] - heights[item] / 2 for item in middle), default=0.0)
    return {item: at - highest for item, at in middle.items()}


def _column(arrangement: Arrangement, item: str) -> int:
    node = arrangement.columns.nodes.get(item)
    return node.column if node is not None else int(item.rpartition(" via ")[2])


def _mean(values: list[float], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise


def _kept_apart(lane: tuple[str, ...], wanted: list[float], heights: Mapping[str, float], gap: float) -> list[float]:
    offsets: list[float] = []
    offset = 0.0
    for number, item in enumerate(lane):
        if number:
            offset += heights[lane[number - 1]] / 2 + gap + heights[item] / 2
        offsets.append(offset)
    # With the distances taken off, all that is left is that no place comes before the one above it.
    blocks: list[tuple[float, int]] = []
    for value, offset in zip(wanted, offsets, strict=True):
        total, count = value - offset, 1
        while blocks and blocks[-1][0] / blocks[-1][1] >= total / count:
            earlier, number = blocks.pop()
            total, count = total + earlier, count + number
        blocks.append((total, count))
    flat = [total / count for total, count in blocks for _ in range(count)]
    return [value + offset for value, offset in zip(flat, offsets, strict=True)]
