"""What a search is after: a number that trained policies reach in fresh games.

return/SIDE        the return of a side, its mean over games;  normalised/SIDE on the scale of arena/norm.py
metric/NAME        the mean of a metric;  metric/NAME/SIDE where it counts whose policies hold which side
""                 the normalised return of every side in turn, or the return where no norm is known
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from arena.errors import ArenaError, nearest
from arena.game import Game
from arena.games import Games, seat_of_sides
from arena.norm import normalised
from arena.player import Player
from arena.playing import play

KINDS = ("normalised", "return", "metric")
FORMS = "write return/SIDE, normalised/SIDE or metric/NAME"
ITSELF = "itself"  # the word for an opponent that is no other


@dataclass(frozen=True)
class Aim:
    """Which number of whose, and in which games it is looked for."""

    kind: str
    metric: str  # its name, if the kind is that
    sides: tuple[str, ...]  # whose: the mean over them
    is_apart: bool  # each of them in games of its own, against another player; else all sides are ours in all games

    @property
    def word(self) -> str:
        """What it is called in reports."""
        return "/".join(part for part in (self.kind, self.metric, "+".join(self.sides)) if part)


def find_aim(word: str, game: Game, learned: Sequence[str], against: str) -> Aim:
    """The aim that `word` stands for in a game of which the sides `learned` are; ArenaError if there is none."""
    kind, _, rest = word.partition("/")
    metric, _, side = rest.partition("/") if kind == "metric" else ("", "", rest)
    is_apart = len(game.sides) > 1 and against != ITSELF
    if word and (kind not in KINDS or (kind != "metric" and not side)):
        raise ArenaError(f"--objective {word!r} says nothing to aim at; {FORMS}")
    if kind == "metric" and metric not in game.metric_names:
        raise ArenaError(f"{game.name} has no metric {metric!r}; {nearest(metric, game.metric_names)}")
    if kind == "metric" and not side and is_apart:
        raise ArenaError(f"say who plays for it: metric/{metric}/{learned[0]}, or --against {ITSELF}")
    if side and side not in learned:
        raise ArenaError(f"{side!r} is no side of {game.name} that learns; {nearest(side, learned)}")
    if not is_apart and len(learned) < len(game.sides):
        raise ArenaError(f"only {', '.join(learned)} learns; say --against whom it plays")
    if not word and len(game.sides) > 1 and not is_apart:
        raise ArenaError(f"what one side gains against itself another loses; say what counts: {FORMS}")
    sides = (side,) if side else tuple(learned)
    is_normed = all(normalised(game, name, 0.0) is not None for name in sides)
    if kind == "normalised" and not is_normed:
        raise ArenaError(f"{game.name} with these options has no normalised score; aim at return/{side}")
    return Aim(kind or ("normalised" if is_normed else "return"), metric, sides, is_apart)


def reached(aim: Aim, player: Player, opponent: Player | None, game: Game, seeds: np.ndarray) -> float:
    """What a player reaches in the games of `seeds` [G]; an opponent holds the other sides in each of them."""
    found = []
    for side in aim.sides:
        line_up = [player if opponent is None or held == side else opponent for held in game.sides]
        found.append(value(aim, side, played(line_up, game, seeds), game))
    return float(np.mean(found))


def played(line_up: Sequence[Player], game: Game, seeds: np.ndarray) -> Games:
    """One game from each seed, the sides held by `line_up`; ArenaError if one of the players fails."""
    players = {player.hash: player for player in line_up}
    names = list(players)
    row = np.array([[names.index(player.hash) for player in line_up]])
    schedule = Games.unplayed(game, names, seat_of_sides(game, row.repeat(len(seeds), 0)), seeds)
    games, errors = play(schedule, players, game)
    for player, why in errors.items():
        raise ArenaError(f"{players[player].name} failed: {why}")
    return games


def value(aim: Aim, side: str, games: Games, game: Game) -> float:
    """The number that is aimed at; nan if a game was forfeited."""
    if aim.kind == "metric":
        return float(games.metrics[:, game.metric_names.index(aim.metric)].mean())
    score = float(games.score[:, list(game.sides).index(side)].mean())
    scaled = normalised(game, side, score) if aim.kind == "normalised" else score
    assert scaled is not None  # `find_aim` has looked
    return scaled
