"""Places points on a grid of equal tiles so that neighbours stay neighbours.

Three steps, all deterministic: swell the crowded middle until every point has room for a
tile, give each point a free cell of its own (least total squared distance), then exchange
and move tiles as long as that brings neighbours nearer, keeps compass directions, fills holes.
"""

import math
import random

Point = tuple[float, float]
Cell = tuple[int, int]

_SEED = 20250701
_SWELL_ROUNDS = 3000
_TRIALS = 300_000
_PULL_HOME = 0.1
_COHESION = 1.2
_HEAT = 0.8


def place(points: list[Point], neighbours: int = 5) -> list[Cell]:
    """Return one cell for each (east, north) point in kilometres; no two cells are alike.

    A cell is (x to the east, y to the south), both from 0. Raises ValueError without points.
    """
    if not points:
        raise ValueError("a tile map needs points")
    edges = _edges(points, neighbours)
    swollen = _swell(points, edges)
    cells = _assign(swollen)
    return _from_zero(_settle(points, swollen, cells=cells, edges=edges))


def _edges(points: list[Point], neighbours: int) -> list[tuple[int, int]]:
    """Return the pairs of points of which at least one is among the nearest of the other."""
    found: set[tuple[int, int]] = set()
    for i, here in enumerate(points):
        order = sorted(range(len(points)), key=lambda j: math.dist(here, points[j]))
        found.update((min(i, j), max(i, j)) for j in order[1 : neighbours + 1])
    return sorted(found)


def _swell(points: list[Point], edges: list[tuple[int, int]]) -> list[Point]:
    """Push points apart until about one tile (1.0) lies between them, as in a Dorling map."""
    middle = (
        sum(p[0] for p in points) / len(points),
        sum(p[1] for p in points) / len(points),
    )
    width = max(p[0] for p in points) - min(p[0] for p in points)
    scale = 1.1 * math.sqrt(len(points)) / width
    # Screen rows grow to the south, so north is turned over here, once.
    now = [((x - middle[0]) * scale, (middle[1] - y) * scale) for x, y in points]
    for turn in range(_SWELL_ROUNDS):
        pull = 0.05 * (1 - turn / _SWELL_ROUNDS)
        now = _one_push(now, edges, pull)
    return now


def _one_push(now: list[Point], edges: list[tuple[int, int]], pull: float) -> list[Point]:
    move = [[0.0, 0.0] for _ in now]
    for i, (x, y) in enumerate(now):
        for j in range(i + 1, len(now)):
            dx, dy = now[j][0] - x, now[j][1] - y
            if abs(dx) < 1.0 and abs(dy) < 1.0:
                _shift(move, (i, j), gap=(dx, dy), strength=-0.25)
    for i, j in edges:
        dx, dy = now[j][0] - now[i][0], now[j][1] - now[i][1]
        if math.hypot(dx, dy) > 1.0:
            _shift(move, (i, j), gap=(dx, dy), strength=pull)
    return [(x + m[0], y + m[1]) for (x, y), m in zip(now, move, strict=True)]


def _shift(move: list[list[float]], pair: tuple[int, int], *, gap: Point, strength: float) -> None:
    distance = math.hypot(*gap) or 1e-6
    step = strength * abs(distance - 1.0) / distance
    for end, sign in ((pair[0], 1), (pair[1], -1)):
        move[end][0] += sign * step * gap[0]
        move[end][1] += sign * step * gap[1]


def _assign(points: list[Point]) -> list[Cell]:
    """Least total squared distance of points to free cells (Hungarian method, O(n²m))."""
    cells = [
        (x, y)
        for x in range(
            math.floor(min(p[0] for p in points)), math.ceil(max(p[0] for p in points)) + 1
        )
        for y in range(
            math.floor(min(p[1] for p in points)), math.ceil(max(p[1] for p in points)) + 1
        )
    ]
    cost = [[(p[0] - x) ** 2 + (p[1] - y) ** 2 for x, y in cells] for p in points]
    return [cells[j] for j in _hungarian(cost)]


class _Matching:
    """Rows matched one by one to columns at least cost (Hungarian method with potentials).

    Indices are 1-based; column 0 is where the row being matched starts from.
    """

    def __init__(self, cost: list[list[float]]) -> None:
        self.cost = cost
        self.columns = range(1, len(cost[0]) + 1)
        self.row_price = [0.0] * (len(cost) + 1)
        self.column_price = [0.0] * (len(cost[0]) + 1)
        self.owner = [0] * (len(cost[0]) + 1)

    def add(self, row: int) -> None:
        """Match one more row, moving earlier ones along the cheapest path."""
        self.owner[0], column = row, 0
        least = [math.inf] * len(self.owner)
        came_from = [0] * len(self.owner)
        reached: set[int] = set()
        while self.owner[column]:
            reached.add(column)
            following = self._look_from(column, reached, least=least, came_from=came_from)
            self._raise_prices(least[following], reached, least=least)
            column = following
        while column:
            self.owner[column] = self.owner[came_from[column]]
            column = came_from[column]

    def _look_from(
        self, column: int, reached: set[int], *, least: list[float], came_from: list[int]
    ) -> int:
        row = self.owner[column]
        open_columns = [j for j in self.columns if j not in reached]
        for j in open_columns:
            reduced = self.cost[row - 1][j - 1] - self.row_price[row] - self.column_price[j]
            if reduced < least[j]:
                least[j], came_from[j] = reduced, column
        return min(open_columns, key=least.__getitem__)

    def _raise_prices(self, by: float, reached: set[int], *, least: list[float]) -> None:
        for j in range(len(self.owner)):
            if j in reached:
                self.row_price[self.owner[j]] += by
                self.column_price[j] -= by
            else:
                least[j] -= by


def _hungarian(cost: list[list[float]]) -> list[int]:
    """Return the column of each row; columns may outnumber rows."""
    matching = _Matching(cost)
    for row in range(1, len(cost) + 1):
        matching.add(row)
    column_of = {row: j - 1 for j, row in enumerate(matching.owner) if j and row}
    return [column_of[row] for row in range(1, len(cost) + 1)]


def _settle(
    points: list[Point], swollen: list[Point], *, cells: list[Cell], edges: list[tuple[int, int]]
) -> list[Cell]:
    """Swap two tiles, or move one to an empty cell, where that lowers the strain.

    Simulated annealing with a fixed seed: at first a little more strain is accepted too.
    """
    touching: list[list[int]] = [[] for _ in points]
    for i, j in edges:
        touching[i].append(j)
        touching[j].append(i)
    now = list(cells)
    holder = {cell: i for i, cell in enumerate(now)}
    dice = random.Random(_SEED)  # noqa: S311 - a map, not a secret

    def strain(moved: list[int]) -> float:
        return sum(
            _PULL_HOME * math.dist(now[i], swollen[i]) ** 2
            - _COHESION * sum(side in holder for side in _sides(now[i]))
            + sum(_edge_strain((points[i], points[j]), (now[i], now[j])) for j in touching[i])
            for i in moved
        )

    def exchange(i: int, there: Cell) -> None:
        here, other = now[i], holder.pop(there, None)
        now[i] = there
        holder[there] = i
        if other is None:
            del holder[here]
        else:
            now[other] = here
            holder[here] = other

    for trial in range(_TRIALS):
        heat = _HEAT * (1 - trial / _TRIALS)
        i = dice.randrange(len(now))
        here = now[i]
        there = (here[0] + dice.randint(-3, 3), here[1] + dice.randint(-3, 3))
        if there == here:
            continue
        moved = [i] if there not in holder else [i, holder[there]]
        before = strain(moved)
        exchange(i, there)
        if strain(moved) >= before + heat * dice.expovariate(1.0):
            exchange(i, here)
    return now


def _sides(cell: Cell) -> list[Cell]:
    x, y = cell
    return [(x + 1, y), (x - 1, y), (x, y + 1), (x, y - 1)]


def _edge_strain(ends: tuple[Point, Point], tiles: tuple[Cell, Cell]) -> float:
    """Length beyond one step, and the sine-like error of the compass direction."""
    (ax, ay), (bx, by) = ends
    tx, ty = tiles[1][0] - tiles[0][0], tiles[1][1] - tiles[0][1]
    length = math.hypot(tx, ty)
    cosine = ((bx - ax) * tx - (by - ay) * ty) / (math.hypot(bx - ax, by - ay) * length or 1.0)
    return max(0.0, length - 1.0) ** 2 + (1.0 - cosine)


def _from_zero(cells: list[Cell]) -> list[Cell]:
    left, top = min(c[0] for c in cells), min(c[1] for c in cells)
    return [(x - left, y - top) for x, y in cells]
