"""A season: members train against whom their roles choose, are judged by the ledger, frozen, and started anew.

A generator of seasons, one for each period. All that happens in a period follows from the season before it, the
ledger and the coach's state, so who stops anywhere goes on from the last period that was written down whole: the
period is trained again to the same bits, and legs that are in the ledger already are not played twice.

Who trains is handed in as a `Coach`, and how legs are played as in `league.tournament`.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from arena.draw import seeds_of, units
from arena.game import Game
from arena.games import Games, world_seeds
from league import tournament
from league.records.ledger import Entrant, Ledger
from league.records.legs import is_finished
from league.seasons import gate, meetings
from league.seasons.catalog import find_role
from league.seasons.evidence import Evidence, Knowledge
from league.seasons.roster import Event, Frozen, Member, Season
from league.seasons.rules import Rules


class Coach(Protocol):
    """Trains all members at once, and knows their networks."""

    def train(self, season: Season, chances: Mapping[str, np.ndarray]) -> Mapping[str, str]:
        """Trains one period against opponents by their chances [K], see `view`; {name: why} of who has diverged."""
        ...

    def entrant(self, member: Member, period: int) -> Entrant:
        """What a member is now, kept as a player that stays as it is."""
        ...

    def roll_back(self, member: Member) -> None:
        """Puts a member's networks where they were before this period."""
        ...

    def restart(self, member: Member) -> None:
        """Gives a member new networks for its next life."""
        ...


@dataclass(frozen=True)
class Plan:
    """What a season is made of, besides its members."""

    game: Game
    rules: Rules
    periods: int
    legs: int  # that each member plays at the end of a period
    seed: int
    environment: str

    def worlds_before(self, period: int) -> int:
        """How many of the season's worlds belong to earlier periods."""
        return period * (self.legs + self.rules.newcomer)


def run(season: Season, plan: Plan, ledger: Ledger, coach: Coach, play: tournament.Play) -> Iterator[Season]:
    """Plays a season on; yields it after every period, the first time before any."""
    if season.period == 0 and not season.frozen:
        season = opened(season, plan, ledger, coach, play)
    yield season
    while season.period < plan.periods:
        season = after_period(season, plan, ledger, coach, play)
        yield season


def opened(season: Season, plan: Plan, ledger: Ledger, coach: Coach, play: tournament.Play) -> Season:
    """The season with everybody's beginnings known, and the first of each side frozen, so that there is a past."""
    season = judged(season, plan, ledger, coach, play)
    firsts = {member.side: member for member in reversed(season.members)}
    for member in firsts.values():
        season = frozen(season, member, "the beginning")
    members = tuple(replace(member, kept=1) for member in season.members)  # from here on time is counted
    return replace(season, members=members)


def after_period(season: Season, plan: Plan, ledger: Ledger, coach: Coach, play: tournament.Play) -> Season:
    """The season one period later."""
    before = known(season, plan, ledger)
    chances = {member.name: chances_of(before, member) for member in season.members}
    diverged = coach.train(season, chances)
    season = replace(season, period=season.period + 1)
    for member in season.members:
        if why := diverged.get(member.name):
            coach.roll_back(member)
            season = noted(season, member, "rollback", why)
    season = judged(season, plan, ledger, coach, play)
    judged_worlds = plan.worlds_before(season.period) + plan.legs
    now = known(season, plan, ledger, judged_worlds)
    for member in season.members:
        season = promoted(season, now, member, plan, coach, play)
    newcomers = [player for player in season.frozen if player.period == season.period]
    meet(meetings.of_newcomers(season, newcomers, plan.rules.newcomer), judged_worlds, plan, ledger, play)
    return season


def known(season: Season, plan: Plan, ledger: Ledger, worlds: int | None = None) -> Knowledge:
    """The season with what the ledger says of it in its first `worlds`; the default: those of periods that are over.

    Later ones are there where a period was interrupted, and must not be known when it is played again.
    """
    count = plan.worlds_before(season.period + 1) if worlds is None else worlds
    games = ledger.read()
    is_past = is_finished(games) & np.isin(games.seed, world_seeds(plan.seed, plan.game, count))
    return Knowledge(season, Evidence.of(games[is_past], plan.game), plan.rules)


def chances_of(knowledge: Knowledge, member: Member) -> np.ndarray:
    """Against whom a member trains."""
    return find_role(member.role).chances(knowledge.view(member), knowledge.rules)


def judged(season: Season, plan: Plan, ledger: Ledger, coach: Coach, play: tournament.Play) -> Season:
    """The season in which all members have played as they are now."""
    entrants = {member.name: coach.entrant(member, season.period) for member in season.members}
    ledger.enter(entrants.values())
    members = [replace(member, seen=(*member.seen, entrants[member.name].hash)) for member in season.members]
    season = replace(season, members=tuple(members))
    start = plan.worlds_before(season.period)
    meet(meetings.of_members(known(season, plan, ledger, start), plan.legs), start, plan, ledger, play)
    return season


def meet(pairings: Sequence[meetings.Pairing], start: int, plan: Plan, ledger: Ledger, play: tournament.Play) -> None:
    """Plays pairings into the ledger, from world number `start` on."""
    if not pairings:
        return
    schedule = meetings.schedule(pairings, plan.game, plan.seed, start)
    for _ in tournament.run(ledger, schedule, play, plan.environment, plan.game.batch_legs):
        pass


def promoted(
    season: Season, knowledge: Knowledge, member: Member, plan: Plan, coach: Coach, play: tournament.Play
) -> Season:
    """The season with a member frozen, if that is due, and started anew, if that is its role's way."""
    role, view = find_role(member.role), knowledge.view(member)
    why = role.due(view, plan.rules)
    if not why:
        return season
    if plan.rules.gate and member.parent and view.periods < plan.rules.most:
        opponents = (*(rival.seen[-1] for rival in view.rivals), *(player.hash for player in view.frozen))
        chances = role.chances(view, plan.rules)
        candidate = gate.Candidate(member.seen[-1], member.parent, member.side, opponents, chances)
        found = gate.ask(candidate, plan.game, lambda games: played(games, play), plan.rules.gate, plan.seed)
        text = f"{found.verdict}, {'/'.join(map(str, found.counts))}"
        season = noted(season, member, "gate", f"{'passed' if found.is_open else 'shut'}: {text}")
        if not found.is_open:
            return season
    season = frozen(season, member, why)
    key = seeds_of(1, "restart", plan.seed, member.name, season.period)
    if units(key, 0)[0] < role.restarts(view, plan.rules):
        coach.restart(member)
        fresh = replace(member, seen=(), kept=0, parent="", lives=member.lives + 1)
        season = noted(season.changed(fresh), member, "reset", f"starts its life {fresh.lives}")
    return season


def played(games: Games, play: tournament.Play) -> Games:
    """Legs with their results."""
    with closing(play(iter([games]))) as results:
        return next(iter(results))[0]


def frozen(season: Season, member: Member, why: str) -> Season:
    """The season with what a member is now among the frozen players."""
    own = member.seen[-1]
    player = Frozen(own, member.name, member.side, member.role, season.period, member.parent, why)
    kept = replace(member, parent=own, kept=len(member.seen))
    return noted(replace(season, frozen=(*season.frozen, player)).changed(kept), member, "frozen", why)


def noted(season: Season, member: Member, kind: str, text: str) -> Season:
    """The season with an event."""
    return replace(season, events=(*season.events, Event(season.period, member.name, kind, text)))
