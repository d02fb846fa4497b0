"""Learning curves: what the checkpoints of each contender reach on the way.

Axes: C checkpoints (steps), N members.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from arena.verbs.comparing.estimates import number
from arena.verbs.comparing.study import Study
from league.studies.cross import mean_played
from league.studies.intervals import cell_mean
from league.studies.measures import Measure

ITSELF = "itself"


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


def curves_of(study: Study) -> Iterator[Curve]:
    """All curves: a team against itself in every measure, and each side against every anchor in its own."""
    sides = list(study.game.sides)
    for contender in study.trained:
        steps = sorted(study.cast.snapshots[contender])
        for against in (ITSELF, *(study.cast.anchors if len(sides) == 2 else ())):
            scores = [_scores(study, contender, against, is_last) for is_last in (False, True)]
            for measure in study.measures:
                if against == ITSELF or measure.side is not None:
                    table = scores[measure.side == sides[-1]][..., measure.column]
                    yield Curve(contender, measure, against, np.array(steps), table)


def _scores(study: Study, contender: str, against: str, is_last: bool) -> np.ndarray:
    """The mean measures [C, N, V] of a contender's checkpoints on the last side or the first, against one opponent."""

    def score(player: int) -> np.ndarray:
        other = player if against == ITSELF else study.cast.anchors[against]
        row, column = (player, other) if is_last else (other, player)
        return mean_played(study.curves.cell([row], [column])[:, 0, 0])

    snapshots = sorted(study.cast.snapshots[contender].items())
    return np.array([[score(player) for _, player in sorted(members.items())] for _, members in snapshots])
