"""Play one match: two players, sides swapped on common worlds, and who is better.

Example: arena play runs/maddpg greedy --pairs 500
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Annotated, Any

import tyro

from arena.errors import ArenaError
from arena.report import Report, result_of


@dataclass(frozen=True)
class Options:
    """A match between two players; nothing is written."""

    players: Annotated[tuple[str, ...], tyro.conf.Positional]
    """A and B: runs, checkpoints or scripted names"""
    pairs: int = 200
    """worlds; from each two legs are played, sides swapped"""
    seed: int = 0
    """the seed that the worlds follow from"""
    act: str = ""
    """sample or greedy, for all neural players, instead of what their cards say"""
    scenario: str = ""
    """the game, if both are scripted"""
    option: tyro.conf.UseAppendAction[tuple[str, ...]] = ()
    """an option of that game, as NAME=VALUE; may be repeated"""


def run(options: Options) -> Iterator[Report]:
    """Plays; the result holds wins, draws and losses of A by side, and both ratings."""
    from arena.games import world_seeds
    from arena.playing import play as play_games
    from arena.verbs.parts.entries import find_entry, find_game, load_players
    from arena.verbs.parts.values import assignments
    from league.schedules.round_robin import round_robin

    if options.pairs < 1:
        raise ArenaError(f"--pairs must be at least 1, not {options.pairs}")
    if len(options.players) != 2:
        raise ArenaError(f"a match is between two players, not {len(options.players)}; for more, use arena tournament")
    entries = [find_entry(word, options.act) for word in options.players]
    game = find_game(options.players, options.scenario, assignments(options.option))
    players = [player for _, player in load_players(entries, game)]
    if len(players) != 2:
        raise ArenaError("both are the same player: nothing to find out; name two different ones")
    seeds = world_seeds(options.seed, game, options.pairs)
    schedule = round_robin(game, [p.hash for p in players], seeds, {p.hash: p.sides for p in players})
    yield Report("play", 0, len(schedule))
    games, errors = play_games(schedule, {p.hash: p for p in players}, game)
    if errors:
        name = {p.hash: p.name for p in players}
        raise ArenaError("; ".join(f"{name[h]} failed: {why}" for h, why in errors.items()))
    yield Report("play", len(schedule), len(schedule))
    yield summary(games, [p.name for p in players], game)


def summary(games: Any, names: Sequence[str], game: Any) -> Report:
    """The match as a table and as numbers."""
    from arena.norm import normalised
    from arena.verbs.parts.tables import UNITS, interval, table
    from league.joint import rate

    ratings = rate(games, game)
    rows, data = [], []
    for index, name in enumerate(names):
        estimate = ratings.overall[ratings.names.index(games.names[index])]
        numbers = {"rating": estimate.value, "low": estimate.low, "high": estimate.high}
        part = {key: float(value) if isfinite(value) else None for key, value in numbers.items()}
        record = records(games, index, game)
        data.append({"name": name, **part, "sides": record})
        rows.append([name, interval(part, ratings.unit), *(told(record.get(side)) for side in game.sides)])
    counts = "won-drawn-lost  " * (len(game.sides) > 1)
    scale = {side: "  (norm.)" * (normalised(game, side, 0.0) is not None) for side in game.sides}
    columns = [f"as {side}: {counts}return{scale[side]}" for side in game.sides]
    text = table(["player", f"{UNITS[ratings.unit]} [95%]", *columns], rows)
    return Report(text=text, data={"players": data, "legs": len(games)}, is_result=True)


def told(side: Mapping[str, Any] | None) -> str:
    """A player's record on a side that it held; in a game of one side nobody wins or loses."""
    if side is None:
        return "-"
    counts = f"{side['won']}-{side['drawn']}-{side['lost']}  " if "won" in side else ""
    scale = f"  ({side['normalised']:.2f})" if side["normalised"] is not None else ""
    score = "-" if side["score"] is None else f"{side['score']:+.2f}"
    return f"{counts}{score}{scale}"


def records(games: Any, player: int, game: Any) -> dict[str, dict[str, Any]]:
    """What a player did on each side that it held: its mean return, also normalised, and of two sides the legs won,
    drawn, lost. A forfeited leg has no return.
    """
    from arena.games import End
    from arena.norm import normalised
    from arena.scenario import DRAW

    found: dict[str, dict[str, Any]] = {}
    for index, (side, seats) in enumerate(game.sides.items()):
        own = games[games.player[:, seats[0]] == player]
        if not len(own):
            continue
        returns = own.score[own.end == End.PLAYED, index]
        score = float(returns.mean()) if len(returns) else None
        found[side] = {"score": score, "normalised": None if score is None else normalised(game, side, score)}
        if len(game.sides) > 1:
            won, drawn = int((own.winner == index).sum()), int((own.winner == DRAW).sum())
            found[side] |= {"won": won, "drawn": drawn, "lost": len(own) - won - drawn}
    return found


def play(a: str | Path, b: str | Path, **options: Any) -> Mapping[str, Any]:
    """Plays a match to its end; `options` are the fields of Options. Returns the result's data."""
    return result_of(run(Options(players=(str(a), str(b)), **options)))
