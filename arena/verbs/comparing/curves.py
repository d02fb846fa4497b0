"""Learning curves: what the checkpoints of each contender reach on the way, and how soon.

Axes: C checkpoints (steps), N members.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from arena.game import Game
from arena.verbs.comparing.cast import Cast
from arena.verbs.comparing.estimates import number, told
from league.studies.cross import CrossPlay, mean_played
from league.studies.intervals import cell_mean
from league.studies.measures import Measure

ITSELF = "itself"
SHARE_OF_THE_WAY = 0.9  # from random play to the best final score, at which a contender counts as having learned


@dataclass(frozen=True)
class Curve:
    """What a contender's members reach in a measure against one opponent."""

    contender: str
    measure: Measure
    against: str
    steps: np.ndarray  # [C]
    scores: np.ndarray  # [C, N]

    def told(self) -> dict[str, Any]:
        """As results.json holds it."""
        estimate = cell_mean(self.scores[..., None], (True, False), self.measure.bounds)
        ends = {"value": estimate.value, "low": estimate.low, "high": estimate.high}
        return {
            "measure": self.measure.name,
            "against": self.against,
            "contender": self.contender,
            "steps": self.steps.tolist(),
            **{name: [number(x) for x in numbers] for name, numbers in ends.items()},
            "members": [[number(x) for x in row] for row in self.scores.T],
        }


def curves_of(cast: Cast, played: CrossPlay, game: Game, measures: Sequence[Measure]) -> Iterator[Curve]:
    """All curves: a team against itself in every measure, and each side against every anchor in its own."""
    sides = list(game.sides)
    for contender, steps in cast.snapshots.items():
        marks, members = sorted(steps), sorted(steps[max(steps)]) if steps else []
        for against in (ITSELF, *(cast.anchors if len(sides) == 2 else ())):
            scores = {
                (step, member, is_last): _scores(cast, played, steps[step][member], against, is_last)
                for step in marks
                for member in members
                for is_last in (False, True)
            }
            for measure in measures:
                if against != ITSELF and measure.side is None:
                    continue
                is_last = measure.side == sides[-1]
                table = [[scores[step, member, is_last][measure.column] for member in members] for step in marks]
                if table:
                    yield Curve(contender, measure, against, np.array(marks), np.array(table))


def _scores(cast: Cast, played: CrossPlay, player: int, against: str, is_last: bool) -> np.ndarray:
    """The mean measures [V] of a player that holds the last side or the first, against one opponent."""
    other = player if against == ITSELF else cast.anchors[against]
    row, column = (player, other) if is_last else (other, player)
    return mean_played(played.cell([row], [column])[:, 0, 0])


def efficiency(curves: Sequence[Curve], zero: float, clocks: Mapping[str, Sequence[Any]]) -> list[dict[str, Any]]:
    """How soon each contender came to a share of the way from `zero` to the best final score of all, on one measure.

    In steps of its members with an interval, if all of them came there, and in seconds of the whole stack.
    """
    best = max(curve.scores[-1].mean() for curve in curves)
    found = []
    for curve in curves:
        final = float(curve.scores[-1].mean())
        share = (curve.scores - zero) / (best - zero) if best > zero else np.zeros_like(curve.scores)
        reached = np.array([first_reached(curve.steps, column) for column in share.T])
        is_there = np.isfinite(reached)
        steps = cell_mean(reached[:, None], (True, False), (0.0, np.inf)) if is_there.all() else None
        seconds = seconds_at(clocks[curve.contender], float(reached.max())) if is_there.all() else None
        found.append(
            {
                "contender": curve.contender,
                "side": curve.measure.side,
                "against": curve.against,
                "threshold": SHARE_OF_THE_WAY,
                "reached": int(is_there.sum()),
                "steps": told(steps),
                "seconds": seconds,
                "final": final,
            }
        )
    return found


def first_reached(steps: np.ndarray, share: np.ndarray) -> float:
    """Where a curve [C] first comes to the share of the way, on straight lines between checkpoints; nan if never."""
    above = np.flatnonzero(share >= SHARE_OF_THE_WAY)
    if not len(above):
        return float("nan")
    k = int(above[0])
    if k == 0:
        return float(steps[0])
    return float(np.interp(SHARE_OF_THE_WAY, share[k - 1 : k + 1], steps[k - 1 : k + 1]))


def seconds_at(clock: Sequence[Mapping[str, Any]], step: float) -> float | None:
    """Seconds of training up to a step."""
    if not clock:
        return None
    return float(np.interp(step, [row["step"] for row in clock], [row["seconds"] for row in clock]))
