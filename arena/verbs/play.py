"""Play one match: two players, sides swapped on common worlds, and who is better.

Example: arena play runs/maddpg greedy --pairs 500
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
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


def run(options: Options) -> Iterator[Report]:
    """Plays; the result holds wins, draws and losses of A by side, and both ratings."""
    from arena.games import world_seeds
    from arena.playing import play as play_games
    from arena.verbs.parts.entries import check_scripted, find_entries, find_scenario, load_players
    from league.schedule import round_robin

    if options.pairs < 1:
        raise ArenaError(f"--pairs must be at least 1, not {options.pairs}")
    entries = find_entries(options.players, options.act)
    if len(entries) != 2:
        raise ArenaError(f"a match is between two players, not {len(entries)}; for more, use arena tournament")
    scenario = find_scenario(entries, options.scenario)
    check_scripted(entries, scenario)
    players = [player for _, player in load_players(entries, scenario)]
    if len(players) != 2:
        raise ArenaError("both are the same player: nothing to find out; name two different ones")
    seeds = world_seeds(options.seed, scenario, options.pairs)
    schedule = round_robin(scenario, [p.hash for p in players], seeds, {p.hash: p.sides for p in players})
    yield Report("play", 0, len(schedule))
    games, errors = play_games(schedule, {p.hash: p for p in players}, scenario)
    if errors:
        name = {p.hash: p.name for p in players}
        raise ArenaError("; ".join(f"{name[h]} failed: {why}" for h, why in errors.items()))
    yield Report("play", len(schedule), len(schedule))
    yield summary(games, [p.name for p in players], scenario)


def summary(games: Any, names: Sequence[str], scenario: Any) -> Report:
    """The match as a table and as numbers."""
    from arena.verbs.parts.tables import interval, table
    from league.rating import rate

    ratings = rate(games, scenario)
    rows, data = [], []
    for index, name in enumerate(names):
        held = ratings.names.index(games.names[index])
        record = records(games, index, scenario)
        part = {
            "rating": ratings.overall.value[held],
            "low": ratings.overall.low[held],
            "high": ratings.overall.high[held],
        }
        part = {key: float(value) for key, value in part.items()}
        data.append({"name": name, **part, "sides": record})
        cells = [f"{r['won']}-{r['drawn']}-{r['lost']}  {r['score']:+.2f}" for r in record.values()]
        rows.append([name, interval(part), *cells])
    unit = "Elo" if ratings.unit == "elo" else "mean score"
    sides = [f"as {side}: won-drawn-lost  return" for side in scenario.sides]
    text = table(["player", f"{unit} [95%]", *sides], rows)
    return Report(text=text, data={"players": data, "legs": len(games)}, is_result=True)


def records(games: Any, player: int, scenario: Any) -> dict[str, dict[str, Any]]:
    """What a player did on each side: legs won, drawn, lost, and its mean return."""
    found = {}
    for index, (side, seats) in enumerate(scenario.sides.items()):
        own = games[games.player[:, seats[0]] == player]
        won, drawn = int((own.winner == index).sum()), int((own.winner == -1).sum())
        mean = float(own.score[:, index].mean()) if len(own) else 0.0
        found[side] = {"won": won, "drawn": drawn, "lost": len(own) - won - drawn, "score": mean}
    return found


def play(a: str, b: str, **options: Any) -> Mapping[str, Any]:
    """Plays a match to its end; `options` are the fields of Options. Returns the result's data."""
    return result_of(run(Options(players=(a, b), **options)))
