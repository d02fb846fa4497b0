"""Retiring frozen players: they stay in the ledger, and nobody trains against them any more."""

from dataclasses import replace

import numpy as np

from league.seasons.evidence import Knowledge
from league.seasons.roster import Season


def pruned(knowledge: Knowledge, keep: int) -> Season:
    """The season in which each side keeps so many frozen players, or as many as it has members that need theirs.

    What was frozen last of every member stays, for it is what the member is measured by; of the others those from whom
    the members of the other side win least, and of equal ones the newest.
    """
    season = knowledge.season
    stays: set[tuple[str, str]] = set()
    for side in dict.fromkeys(member.side for member in season.members):
        own = [player for player in season.frozen if player.side == side and not player.is_retired]
        latest = {player.member: player for player in own}
        views = [knowledge.view(rival) for rival in season.rivals(side)]
        win = np.mean([view.win[len(view.rivals) :] for view in views], axis=0)
        order = sorted(range(len(own)), key=lambda k: (latest[own[k].member] is not own[k], win[k], -own[k].period))
        count = max(keep, len(latest))
        stays |= {(side, own[k].hash) for k in order[:count]}
    frozen = tuple(replace(p, is_retired=p.is_retired or (p.side, p.hash) not in stays) for p in season.frozen)
    return replace(season, frozen=frozen)
