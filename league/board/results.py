"""Every leg of a league as a row that `arena rate` reads: who met whom, what came of it, and from which seed."""

from collections.abc import Iterator, Mapping
from typing import Any

from arena.errors import ArenaError
from arena.game import DRAW, Game
from arena.games import End, Games
from league.payoff import side_players
from league.records.legs import is_finished


def result_rows(games: Games, scenario: Game, name: Mapping[str, str], favoured: str) -> Iterator[dict[str, Any]]:
    """A row a leg: `player` held the first side, `opponent` the second; `score` is 1, 0.5 or 0 for the player.

    `side` names who held the `favoured` side. Beside what is rated stand the `seed`, the mean return of either, empty
    after a forfeit, and the `end`. ArenaError for a game of one side.
    """
    if len(scenario.sides) != 2:
        raise ArenaError(f"nobody meets anybody in {scenario.name}, a game of one side: use --csv for the scores")
    holder, is_whole = side_players(games, scenario)
    legs = games[is_whole & is_finished(games)]
    names = [name[player] for player in games.names]
    at = list(scenario.sides).index(favoured)
    places = holder[is_whole & is_finished(games)].tolist()
    columns = (places, legs.winner.tolist(), legs.seed.tolist(), legs.score.tolist(), legs.end.tolist())
    for held, winner, seed, score, end in zip(*columns, strict=True):
        if held[0] == held[1]:
            continue  # against itself: nothing that could be rated
        own, other = (each if end == End.PLAYED else None for each in score)
        yield {
            "player": names[held[0]],
            "opponent": names[held[1]],
            "score": 0.5 if winner == DRAW else float(winner == 0),
            "side": names[held[at]],
            "seed": seed,
            "return": own,
            "opponent_return": other,
            "end": End(end).name.lower(),
        }
