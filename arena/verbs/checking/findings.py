"""The checks of a league, in order: each tells what it found, in words and in numbers."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from arena.environment import environment_digest
from arena.report import Finding, Report
from arena.verbs.checking.played import Played
from arena.verbs.checking.replay import Replay, replay
from league.checks.connectivity import groups
from league.checks.homogeneity import homogeneity
from league.records.legs import told_leg, told_result

MOST_TOLD = 5
ALARM = 0.001  # so small a p-value comes by chance in one of a thousand leagues


@dataclass(frozen=True)
class Found:
    """What a check found."""

    finding: Finding
    numbers: Mapping[str, Any] = field(default_factory=dict)


def examine(league: Played, share: float, workers: int) -> Iterator[Report | Found]:
    """All checks; reports between them say how far the replay has come."""
    yield records(league)
    yield players(league)
    played = yield from replay(league, share, workers)
    yield agreement(league, played)
    yield machines(league)
    yield uniformity(league)
    yield links(league)


def records(league: Played) -> Found:
    """The legs, whose blocks have been found sound when they were read."""
    text = f"{len(league.games):,} legs, every block as it was written"
    return Found(Finding("ledger", "ok", text), {"legs": len(league.games)})


def players(league: Played) -> Found:
    """Whether everybody is who entered."""
    changed = {league.names[player]: why for player, why in league.changed.items()}
    numbers = {"changed": changed}
    if not changed:
        return Found(Finding("players", "ok", f"{len(league.entrants)}, each as it entered"), numbers)
    told = "; ".join(f"{name}: {why}" for name, why in [*changed.items()][:MOST_TOLD])
    return Found(Finding("players", "problem", f"{len(changed)} cannot play again: {told}"), numbers)


def agreement(league: Played, played: Replay) -> Found:
    """Whether legs came out as they did, bit for bit."""
    legs = [
        {
            "leg": told_leg(played.before, row, league.game, league.names),
            "seed": int(played.before.seed[row]),
            "players": [league.names[played.before.names[k]] for k in played.before.player[row]],
            "was": told_result(played.before, row, league.game),
            "is": told_result(played.again, row, league.game),
        }
        for row in played.differing.tolist()
    ]
    numbers = {"replayed": len(played.before), "pairs": played.pairs, "differing": legs}
    if not len(played.before):
        return Found(Finding("replay", "note", "there is no pair whose players can play again"), numbers)
    scope = f"{len(played.before):,} of {len(league.games):,} legs ({played.pairs:,} pairs) played again"
    if not legs:
        return Found(Finding("replay", "ok", f"{scope}: the same bits"), numbers)
    told = "; ".join(f"{leg['leg']}: was {leg['was']}, is {leg['is']}" for leg in legs[:MOST_TOLD])
    more = f"; and {len(legs) - MOST_TOLD:,} more" if len(legs) > MOST_TOLD else ""
    return Found(Finding("replay", "problem", f"{scope}: {len(legs):,} differ. {told}{more}"), numbers)


def machines(league: Played) -> Found:
    """Where the legs were played."""
    here = environment_digest(league.game.packages)
    legs = np.bincount(league.environment, minlength=len(league.environments)).tolist()
    counts = dict(zip(league.environments, legs, strict=True))
    numbers = {"environment": here, "environments": counts}
    elsewhere = [f"{digest} ({legs:,} legs)" for digest, legs in counts.items() if digest != here]
    if not elsewhere:
        return Found(Finding("environment", "ok", f"{here}, this machine's and versions', for all legs"), numbers)
    text = f"{', '.join(elsewhere)} played other than here, {here}: equal bits are not promised between them"
    return Found(Finding("environment", "note", text), numbers)


def uniformity(league: Played) -> Found:
    """Whether environments differ in what came out of the same line-ups."""
    found = homogeneity(league.games, league.game, league.environment)
    numbers = {"homogeneity": {"chi2": found.statistic, "degrees": found.degrees, "p": found.p, "seeds": found.seeds}}
    if len(league.environments) < 2:
        return Found(Finding("homogeneity", "ok", "one environment: nothing to compare"), numbers)
    if not found.degrees:
        text = f"too little was played in more than one environment to compare them ({found.seeds} seeds)"
        return Found(Finding("homogeneity", "note", text), numbers)
    test = f"chi-square {found.statistic:.2f}, {found.degrees} degrees, {found.seeds:,} seeds, p = {found.p:.2g}"
    if found.p < ALARM:
        text = f"environments give other results for the same line-ups: {test}; rate each by itself"
        return Found(Finding("homogeneity", "problem", text), numbers)
    return Found(Finding("homogeneity", "ok", f"no difference between environments: {test}"), numbers)


def links(league: Played) -> Found:
    """Whether everybody can be compared with everybody."""
    found = {
        side: [[league.names[player] for player in group] for group in parts]
        for side, parts in groups(league.games, league.game).items()
    }
    numbers = {"groups": found}
    apart = [
        f"as {side} {len(parts)} groups have no opponent in common: {'; '.join(map(listed, parts))}"
        for side, parts in found.items()
        if len(parts) > 1
    ]
    if apart:
        text = f"{'. '.join(apart)}. Ratings between them rest on the prior alone"
        return Found(Finding("links", "note", text), numbers)
    return Found(Finding("links", "ok", "everybody can be compared with everybody on every side"), numbers)


def listed(names: list[str]) -> str:
    """A few of the names, and how many more there are."""
    more = f" and {len(names) - MOST_TOLD} more" if len(names) > MOST_TOLD else ""
    return ", ".join(names[:MOST_TOLD]) + more
