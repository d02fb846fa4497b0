"""The leaderboard as plain data: what `--json` prints, files hold and tables are drawn from.

Names come from files, so they are data: nothing here interprets them.
"""

import math
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from arena.game import Game
from arena.games import Games
from arena.norm import normalised
from arena.sheet import flat, sheet
from league.board.tally import Tally, tally
from league.fits.resample import Estimate
from league.joint import Ratings, rate
from league.records.ledger import Entrant
from league.records.legs import fingerprint, is_finished


def leaderboard(
    games: Games,
    entrants: Mapping[str, Entrant],
    scenario: Game,
    environments: Iterable[str] = (),
    withdrawn: Mapping[str, str] | None = None,
    resamples: int = 1000,
    seed: int = 0,
    anchors: Mapping[str, float] | None = None,
    parents: Mapping[str, str] | None = None,
    voids: Mapping[str, int] | None = None,
) -> dict[str, Any]:
    """All about `games`, best player first; strict JSON, with null where a number is unknown or infinite.

    `rating` is the sum over the sides that a player holds, in Elo (in a game of one side: the mean score of its own
    team); `margin` is the same by scores. Metrics are means over the legs in which the player held the side they are
    named after. `legs` and `ends` count every leg in which it had a seat, also one in somebody else's team;
    of `voids`, legs that say nothing since the player (a content hash) broke, none is among `legs`.
    `normalised` is the mean score as each side on the scale of `arena.norm`, null for a game that is not on it.
    `rank` holds the ranks that the legs leave open, 95%. `apart` names by side the players (hashes) that no chain of
    opponents links to most of the others. `anchors` and `parents` are as in `league.joint.rate`.
    `environment` stands for the promise of equal bits: with more than one it does not hold.
    """
    ratings = rate(games, scenario, resamples, seed, anchors, parents)
    counts, row_of = tally(games, scenario), {name: row for row, name in enumerate(games.names)}
    notes = withdrawn or {}
    players = []
    for row, player in enumerate(ratings.names):
        entrant = entrants[player]
        about: dict[str, Any] = {"name": entrant.name, "hash": player, "kind": entrant.kind}
        about |= _standing(ratings, row, scenario) | _record(counts, row_of[player], scenario)
        about["ends"]["void"] = (voids or {}).get(player, 0)
        players.append(about | {"provisional": bool(ratings.provisional[row]), "withdrawn": notes.get(player)})
    return {
        "scenario": scenario.identity,
        "unit": ratings.unit,
        "players": sorted(players, key=lambda p: (-p["rating"], p["name"], p["hash"])),
        "side_advantage": _advantage(ratings, scenario),
        "draw_rate": ratings.draw_rate,
        "resamples": resamples,
        "anchors": dict(anchors or {}),
        "parents": dict(parents or {}),
        "apart": {side: _those(ratings, ratings.apart[:, s]) for s, side in enumerate(scenario.sides)},
        "legs": int(is_finished(games).sum()),
        "seeds": len(np.unique(games.seed)),
        "fingerprint": fingerprint(games),
        "environment": ", ".join(environments),
    }


def to_csv(board: Mapping[str, Any]) -> str:
    """The players of a leaderboard as CSV, one row each; nested names are joined by underscores."""
    return sheet({"rank": rank, **flat(player)} for rank, player in enumerate(board["players"], start=1))


def _standing(ratings: Ratings, row: int, scenario: Game) -> dict[str, Any]:
    """What the fits say about a player."""
    held = [(s, side) for s, side in enumerate(scenario.sides) if ratings.held[row, s]]
    margins = {side: _numbers(ratings.side_margins[row, s]) for s, side in held}
    return {
        **_numbers(ratings.overall[row]),
        "rank": {"low": int(ratings.rank_low[row]), "high": int(ratings.rank_high[row])},
        "sides": {side: _numbers(ratings.sides[row, s]) for s, side in held},
        "margin": {**_numbers(ratings.margin[row]), "sides": margins},
    }


def _those(ratings: Ratings, rows: np.ndarray) -> list[str]:
    """The content hashes of these rows [P] bool."""
    return [name for name, is_one in zip(ratings.names, rows.tolist(), strict=True) if is_one]


def _record(counts: Tally, row: int, scenario: Game) -> dict[str, Any]:
    """What a player did."""
    means = zip(scenario.sides, counts.score[row].tolist(), strict=True)
    held = {side: score for side, score in means if not math.isnan(score)}
    metrics = zip(scenario.metric_names, counts.metrics[row].tolist(), strict=True)
    return {
        "legs": int(counts.legs[row]),
        "ends": {end: int(legs[row]) for end, legs in counts.ends.items()},
        **{result: int(legs[row]) for result, legs in counts.results.items()},
        "normalised": {
            side: normalised(scenario, side, held[side]) if side in held else None for side in scenario.sides
        },
        "metrics": {name: None if math.isnan(value) else value for name, value in metrics},
    }


def _advantage(ratings: Ratings, scenario: Game) -> dict[str, Any] | None:
    """The side that wins more between equals, and by how much."""
    if ratings.advantage is None:
        return None
    first, second = scenario.sides
    is_first = bool(ratings.advantage.value >= 0)
    favoured = ratings.advantage if is_first else -ratings.advantage
    return {"side": first if is_first else second, **_numbers(favoured)}


def _numbers(estimate: Estimate) -> dict[str, float | None]:
    parts = {"rating": estimate.value, "low": estimate.low, "high": estimate.high}
    return {name: float(part) if math.isfinite(part) else None for name, part in parts.items()}
