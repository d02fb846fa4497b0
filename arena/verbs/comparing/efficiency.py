"""How soon each contender came close to the best of all, by its learning curves."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from arena.verbs.comparing.curves import ITSELF, Curve
from arena.verbs.comparing.estimates import number, told
from arena.verbs.comparing.study import Study
from league.studies.cross import mean_played
from league.studies.intervals import cell_mean

SHARE_OF_THE_WAY = 0.9  # from random play to the best final score, at which a contender counts as having learned


def efficiency(study: Study, curves: Sequence[Curve]) -> Iterator[dict[str, Any]]:
    """A row for each side and contender, of the returns against the side's yardstick."""
    clocks = {contender.name: study.folder.clock(contender) for contender in study.contenders}
    for index, side in enumerate(study.game.sides):
        against = yardstick(study, index)
        own = [c for c in curves if c.measure.name == f"return/{side}" and c.against == against]
        if own:
            yield from reached(own, random_level(study, index, against), clocks)


def yardstick(study: Study, side: int) -> str:
    """Whom a side's progress is measured against: the anchor that does best on the other side, against contenders."""
    if len(study.game.sides) == 1:
        return ITSELF
    levels = {name: float(study.field.raw[name][0, 1 - side]) for name in study.cast.anchors}
    return max(levels, key=lambda name: -np.inf if np.isnan(levels[name]) else levels[name])


def random_level(study: Study, side: int, against: str) -> float:
    """The mean return of random play on a side against an anchor."""
    random = study.cast.anchors["random"]
    other = random if against == ITSELF else study.cast.anchors[against]
    row, column = (random, other) if side == len(study.game.sides) - 1 else (other, random)
    return float(mean_played(study.cross.cell([row], [column])[side, 0, 0]))


def reached(curves: Sequence[Curve], zero: float, clocks: Mapping[str, Sequence[Any]]) -> list[dict[str, Any]]:
    """How soon each contender came to a share of the way from `zero` to the best final score of all, on one measure.

    In steps of its members with an interval, if all of them came there, and in seconds of the whole stack.
    """
    best = np.nanmax([zero, *(curve.scores[-1].mean() for curve in curves)])
    found = []
    for curve in curves:
        share = (curve.scores - zero) / (best - zero) if best > zero else np.zeros_like(curve.scores)
        at = np.array([first_reached(curve.steps, column) for column in share.T])
        is_there = np.isfinite(at)
        steps = cell_mean(at[:, None], (True, False), (0.0, np.inf)) if is_there.all() else None
        seconds = seconds_at(clocks[curve.contender], float(at.max())) if is_there.all() else None
        found.append(
            {
                "contender": curve.contender,
                "side": curve.measure.side,
                "against": curve.against,
                "threshold": SHARE_OF_THE_WAY,
                "reached": int(is_there.sum()),
                "steps": told(steps),
                "seconds": seconds,
                "final": number(curve.scores[-1].mean()),
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
