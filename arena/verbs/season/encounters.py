"""Games that players of a league play anew, all against all in the same worlds; they are in no ledger.

Axes: V players of a side, K of those that they meet, G worlds.
"""

from collections.abc import Sequence

import numpy as np

from arena.game import Game
from arena.games import Games, points
from arena.player import Player
from arena.playing import play
from arena.verbs.parts.entries import league_entry
from arena.verbs.season.reading import Read
from league.seasons.meetings import line_ups


def met(known: Read, game: Game, side: str, own: Sequence[str], others: Sequence[str], seeds: np.ndarray) -> np.ndarray:
    """What players of a side, by hash, win in points from others of the other side, [V, K, G].

    In a game of one side the scores of teams of two, each in turn the guest of the other.
    """
    games = encounters(known, game, side, own, others, seeds)
    won = games.score[:, 0] if len(game.sides) == 1 else points(games, list(game.sides).index(side))
    return won.reshape(len(own), len(others), len(seeds))


def encounters(
    known: Read, game: Game, side: str, own: Sequence[str], others: Sequence[str], seeds: np.ndarray
) -> Games:
    """The games, played: by own, by others, by seeds."""
    names = list(dict.fromkeys([*own, *others]))
    players = {name: loaded(known, game, name) for name in names}
    pairs = np.array([[names.index(one), names.index(other)] for one in own for other in others], int).reshape(-1, 2)
    by_side = pairs if side == next(iter(game.sides)) else pairs[:, ::-1]
    place = np.tile(np.arange(len(seeds)), len(pairs))
    seats = line_ups(game, np.repeat(by_side, len(seeds), axis=0), place)
    games, _ = play(Games.unplayed(game, names, seats, np.tile(seeds, len(pairs))), players, game)
    return games


def loaded(known: Read, game: Game, name: str) -> Player:
    """A player of the league."""
    return league_entry(known.folder, known.entrants[name]).load(game)
