"""What each seed of a contender is worth: its mean return on each side against the field of all contenders.

In a game of two sides the field is everybody else's seeds, each contender weighing the same and nobody meeting itself;
0 is what the scripted player `random` reaches against that field, 1 what the best group of players reaches. In a game
of one side a seed's team plays among itself, and the scale is that of arena.norm where the game has one.

Axes: N seeds of a contender, S sides, X and Y players of two groups, G games.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from arena.game import Game
from arena.norm import normalised
from league.studies.cross import CrossPlay, mean_played

STUDY, SCRIPTED = "study", "scripted"
Groups = Mapping[str, Sequence[int]]  # the players of each contender, or the one of an anchor


@dataclass(frozen=True)
class Field:
    """Scores by group; those of contenders have a row a seed, those of anchors one row."""

    raw: dict[str, np.ndarray]  # [N, S] in units of the scenario
    scaled: dict[str, np.ndarray] | None  # [N, S] with 0 and 1 as above; None where there is no such scale
    scale: str | None  # which that is: STUDY, where 1 is the best group here, or SCRIPTED, that of arena.norm


def field_of(cross: CrossPlay, game: Game, groups: Groups, contenders: Sequence[str]) -> Field:
    """The scores of all groups against the groups that are contenders."""
    if len(game.sides) == 1:
        raw = {name: own_scores(cross, players) for name, players in groups.items()}
        side = next(iter(game.sides))
        norms = [normalised(game, side, value) for value in (0.0, 1.0)]
        if norms[0] is None or norms[1] is None:
            return of_study(raw)
        zero, slope = norms[0], norms[1] - norms[0]
        return Field(raw, {name: zero + slope * scores for name, scores in raw.items()}, SCRIPTED)
    raw = {name: np.stack([scores_as(cross, groups, name, contenders, k) for k in (0, 1)], axis=1) for name in groups}
    return of_study(raw)


def of_study(raw: dict[str, np.ndarray]) -> Field:
    """These scores, and on the scale of the study if there is one."""
    scaled = scaled_between(raw, raw["random"].mean(0))
    return Field(raw, scaled, STUDY if scaled else None)


def own_scores(cross: CrossPlay, players: Sequence[int]) -> np.ndarray:
    """The mean return [N, 1] of each player's team among itself."""
    return np.array([mean_played(cross.cell([player], [player])[0, 0]) for player in players])


def scores_as(cross: CrossPlay, groups: Groups, name: str, contenders: Sequence[str], side: int) -> np.ndarray:
    """The mean return [N] of a group's players on a side, 0 or 1, against all contenders."""
    own = groups[name]
    against = []
    for other in contenders:
        cell = cross.cell(own, groups[other]) if side == 1 else cross.cell(groups[other], own).swapaxes(1, 2)
        returns = mean_played(cell[side])  # [X, Y]
        if other == name and len(own) > 1:
            returns = np.where(np.eye(len(own), dtype=bool), np.nan, returns)
        against.append(mean_played(returns))
    return np.asarray(np.mean(against, axis=0))


def scaled_between(raw: Mapping[str, np.ndarray], zero: np.ndarray) -> dict[str, np.ndarray] | None:
    """Scores on the scale from zero [S] to the best group's mean; None if nobody is better than that on some side."""
    best = np.nanmax([scores.mean(0) for scores in raw.values()], axis=0)
    if not (best > zero).all():
        return None
    return {name: (scores - zero) / (best - zero) for name, scores in raw.items()}
