"""Two ledgers of one specification made one: every leg once, every player once."""

from collections.abc import Mapping

import numpy as np

from arena.errors import ArenaError
from league.plan import Plan
from league.records.ledger import Ledger
from league.records.legs import differing, told_leg, told_result
from league.records.recorded import RecordedGame
from league.records.schema import differences
from league.seasons.records import is_season


def check_agreement(one: Ledger, other: Ledger) -> None:
    """ArenaError if two ledgers are of different specifications or rounds, or contradict each other about a leg."""
    here, there = (str(ledger.path.parent) for ledger in (one, other))
    if what := differences(one.spec, other.spec, f"in {here}", f"in {there}"):
        raise ArenaError(f"only ledgers of one specification can be merged: {what}")
    if is_season(one.spec):
        raise ArenaError(
            f"{here} trains, and what its members are follows from its legs; hold a tournament of all players"
        )
    if not (plan := Plan.of(one.spec)).is_extendable and list(one.entrants()) != list(other.entrants()):
        raise ArenaError(f"{here} and {there} have other players, on which the rounds of a {plan.name} depend")
    theirs = other.read()
    ours = one.results(theirs)
    rows = np.flatnonzero(differing(ours, theirs))
    if len(rows):
        game, row = RecordedGame(one.spec), int(rows[0])
        leg = told_leg(theirs, row, game, names_of(one, other))
        raise ArenaError(
            f"{here} and {there} contradict each other in {len(rows):,} of {len(theirs):,} legs, the first of {leg}:"
            f" {told_result(ours, row, game)} in the one, {told_result(theirs, row, game)} in the other; see which to"
            " believe with arena league check, and leave the other out"
        )


def merge(ledger: Ledger, other: Ledger) -> int:
    """Adds the legs and notes of the other that `ledger` does not hold, and says how many legs that were.

    The players of the other must have entered, and `check_agreement` must have passed.
    """
    known = set(ledger.all_notes())
    for note in other.all_notes():
        if note not in known:
            ledger.note(*note)
    return sum(ledger.add(games, environment) for games, environment in other.blocks())


def names_of(*ledgers: Ledger) -> Mapping[str, str]:
    """What the players are called, by content hash; by the first that knows them."""
    return {entrant.hash: entrant.name for ledger in ledgers[::-1] for entrant in ledger.entrants().values()}
