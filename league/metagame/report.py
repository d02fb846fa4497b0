"""The meta-game of a league of two sides as plain data: what `--json` prints and pictures are drawn from.

Axes: R resamples, I players of the second side (rows), J of the first (columns), B who have held both.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from league.fits.resample import percentile
from league.metagame import alpharank, decomposition, response_graph
from league.metagame.cells import By, Cells, cells
from league.metagame.nash_averaging import nash_average
from league.metagame.side_game import solve
from league.payoff import Payoff

MOST_PROFILES = 2500  # that alpha-rank ranks: a few seconds
MOST_RESAMPLED = 144  # profiles in a league whose intervals are worth their time
MOST_LISTED = 50

Numbers = dict[str, np.ndarray]


def metagame(
    payoff: Payoff, by: By = "wins", alpha: float = alpharank.ALPHA, resamples: int = 200, seed: int = 0
) -> dict[str, Any]:
    """All about who beats whom in `payoff`; strict JSON, with null where a number is unknown.

    Intervals come from a payoff by blocks of seeds (`Payoff.by_seed`) of at least two, in leagues of at most
    MOST_RESAMPLED profiles. Masses, mixes and Nash averages jump when a payoff crosses another: a wide interval says
    that the legs do not decide between players, not that the solution is inexact.
    """
    table = cells(payoff, by)
    matrix = table.payoff()
    notes: list[str] = []
    numbers = _solve(matrix, table, alpha, notes)
    drawn: list[np.ndarray] = []
    if len(table.legs) > 1 and matrix.size <= MOST_RESAMPLED:
        drawn = list(table.resampled(resamples, seed))
    found = [_solve(each, table, alpha, []) for each in drawn]
    quoted = {name: _quote(value, [one[name] for one in found], len(table.legs)) for name, value in numbers.items()}
    return {
        "sides": list(payoff.sides),
        "by": by,
        "value": {"side": payoff.sides[1], **quoted["value"][0]},
        "players": [_player(row, name, table, quoted, payoff.sides) for row, name in enumerate(payoff.names)],
        "additive": _additive(matrix, drawn),
        "alpharank": {"alpha": alpha, "population": alpharank.POPULATION},
        "response_graph": _graph(matrix, table, drawn, payoff.names),
        "equilibria": _equilibria(matrix, table, payoff),
        "unseen": [
            {payoff.sides[1]: payoff.names[table.rows[i]], payoff.sides[0]: payoff.names[table.columns[j]]}
            for i, j in np.argwhere(table.unseen)
        ],
        "notes": notes,
    }


def advantage(matrix: np.ndarray, table: Cells) -> np.ndarray:
    """D [B, B]: what each who has held both sides wins from each other over two legs, the sides swapped."""
    place = np.ix_(np.searchsorted(table.rows, table.both), np.searchsorted(table.columns, table.both))
    return np.asarray(matrix[place] - matrix[place].T)


def _solve(matrix: np.ndarray, table: Cells, alpha: float, notes: list[str]) -> Numbers:
    """Every number of the report that has an interval; nan, and a note, where a solution could not be certified."""
    count, other = matrix.shape
    duel, both = advantage(matrix, table), len(table.both)

    def side_game() -> Iterable[np.ndarray]:
        game = solve(matrix)
        return np.array([game.value]), game.rows, game.columns

    def nash() -> Iterable[np.ndarray]:
        average = nash_average(duel)
        return average.mass, average.rating

    def masses() -> Iterable[np.ndarray]:
        if matrix.size > MOST_PROFILES:
            raise ArithmeticError(f"alpha-rank is left out: {matrix.size} profiles are more than {MOST_PROFILES}")
        scale = 1.0 if table.by == "wins" else np.ptp(matrix) or 1.0
        mass = alpharank.rank_sides(matrix / scale, alpha=alpha)
        return mass.rows, mass.columns

    numbers = _attempt(side_game, {"value": 1, "row_mix": count, "column_mix": other}, notes)
    numbers |= _attempt(masses, {"row_mass": count, "column_mass": other}, notes)
    numbers["skill"] = decomposition.transitive(duel).skill if both else np.zeros(0)
    return numbers | (_attempt(nash, {"nash": both, "nash_rating": both}, notes) if both else {})


def _attempt(solution: Callable[[], Iterable[np.ndarray]], sizes: Mapping[str, int], notes: list[str]) -> Numbers:
    try:
        return dict(zip(sizes, solution(), strict=True))
    except ArithmeticError as error:
        notes.append(str(error))
        return {name: np.full(size, np.nan) for name, size in sizes.items()}


def _quote(value: np.ndarray, resampled: Sequence[np.ndarray], blocks: int) -> list[dict[str, float | None]]:
    """Each entry of value [n] with its interval."""
    known = [one for one in resampled if np.isfinite(one).all()]
    if not known or not np.isfinite(value).all():
        return [{"value": _number(each), "low": None, "high": None} for each in value]
    estimate = percentile(value, np.stack(known), blocks)
    columns = zip(estimate.value, estimate.low, estimate.high, strict=True)
    return [dict(zip(("value", "low", "high"), map(float, each), strict=True)) for each in columns]


def _player(
    row: int, name: str, table: Cells, quoted: Mapping[str, Sequence[Mapping[str, Any]]], sides: tuple[str, ...]
) -> dict[str, Any]:
    about: dict[str, Any] = {"hash": name, "sides": {}}
    for side, held, prefix in ((sides[1], table.rows, "row"), (sides[0], table.columns, "column")):
        if row in held:
            place = int(np.searchsorted(held, row))
            parts = {"mix": quoted[f"{prefix}_mix"][place], "alpharank": quoted[f"{prefix}_mass"][place]}
            about["sides"][side] = parts
    has_both = row in table.both
    for key in ("nash", "nash_rating", "skill"):
        about[key] = quoted[key][int(np.searchsorted(table.both, row))] if has_both else None
    return about


def _additive(matrix: np.ndarray, drawn: Sequence[np.ndarray]) -> dict[str, float | None]:
    """How much of the payoffs is the match-up's, and what part of that the noise of the legs would make by itself."""
    model = decomposition.decompose(matrix)
    noise = [decomposition.decompose(each - matrix).interaction for each in drawn]
    return {
        "mu": model.mu,
        "interaction_share": model.interaction_share,
        "noise": _noise(noise, matrix - model.mu) if drawn else None,
    }


def _graph(matrix: np.ndarray, table: Cells, drawn: Sequence[np.ndarray], names: Sequence[str]) -> dict[str, Any]:
    """The response graph of those who have held both sides; its numbers are places in its list of players."""
    duel = advantage(matrix, table)
    graph = response_graph.player_graph(duel)
    order = response_graph.condense(graph)
    cycles = response_graph.shortest_cycles(graph)
    part = decomposition.transitive(duel) if len(duel) else None
    noise = [decomposition.transitive(advantage(each - matrix, table)).cyclic for each in drawn] if len(duel) else []
    same = [np.sign(advantage(each, table)) == np.sign(duel) for each in drawn]
    return {
        "players": [names[row] for row in table.both],
        "advantage": duel.tolist(),
        "sure": np.mean(same, axis=0).tolist() if same else None,
        "intransitivity": part.intransitivity if part else None,
        "noise": _noise(noise, duel) if noise else None,
        "groups": [list(group) for group in order.groups],
        "layers": [list(layer) for layer in order.layers],
        "arrows": [list(arrow) for arrow in order.arrows],
        "cycles": [{"players": list(cycle), "weakest": response_graph.weakest(graph, cycle)} for cycle in cycles],
        "top_cycle": list(response_graph.top_cycle(duel)) if len(duel) else [],
        "uncovered": list(response_graph.uncovered(duel)) if len(duel) else [],
    }


def _equilibria(matrix: np.ndarray, table: Cells, payoff: Payoff) -> dict[str, Any]:
    """Where better answers end: the size of each sink of the profiles' response graph, and the pure equilibria."""
    if matrix.size > MOST_PROFILES:
        return {"sinks": None, "pure": None}
    ends = response_graph.sinks(response_graph.profile_graph(matrix))
    pure = [end[0] for end in ends if len(end) == 1][:MOST_LISTED]
    named = [
        {payoff.sides[1]: payoff.names[table.rows[i]], payoff.sides[0]: payoff.names[table.columns[j]]} for i, j in pure
    ]
    return {"sinks": [len(end) for end in ends][:MOST_LISTED], "pure": named}


def _noise(resampled: Sequence[np.ndarray], whole: np.ndarray) -> float:
    """What resampling moves, as a share of the sum of squares."""
    return decomposition.share(np.std(resampled, axis=0), whole, np.abs(whole).max(initial=0))


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
