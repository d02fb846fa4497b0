"""The course of a tournament: what is played next, as a function of its plan, its players and what has been played.

Players are seeded in the order in which they entered. All match-ups share the tournament's worlds: two who meet for the
first time play in the first ones, and when they meet again, in those that follow. So nobody plays a leg twice.

A round is folded when it is over: when each of its legs is finished, or has a player that is withdrawn. So the rounds
are the same whatever the order in which legs were played, and after any interruption.

Axes: G legs, M pairings of a round, N pairs of a round, P players, S sides.
"""

from collections.abc import Callable, Collection, Generator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from inspect import signature

import numpy as np

from arena.errors import ArenaError
from arena.game import DRAW, Game
from arena.games import Games, seat_of_sides, world_seeds
from league.plan import Plan
from league.records.ledger import Entrant, Ledger
from league.records.legs import is_finished
from league.schedules.catalog import SCHEDULES, find_format, find_placing
from league.schedules.round_robin import can_hold
from league.schedules.rounds import BOTH, Outcome, Round, withdrawn

MOST_PAIRS = 50_000  # of a schedule that grows
JOINED = "joined"  # the kind of the ledger's notes about players that came later: after how many rounds

Noted = Callable[[], Collection[str]]  # the players that are noted as withdrawn by now


@dataclass(frozen=True)
class Contest:
    """Everything that is known before the first leg."""

    game: Game
    entrants: Mapping[str, Entrant]  # by content hash, the best seed first
    seed: int  # that the worlds follow from
    plan: Plan
    joined: Mapping[str, int] = field(default_factory=dict)  # after how many rounds, who was not there from the start

    @property
    def players(self) -> tuple[str, ...]:
        """The content hashes, the best seed first."""
        return tuple(self.entrants)

    @property
    def sides(self) -> dict[str, tuple[str, ...]]:
        """Which sides each player can hold."""
        return {player: entrant.sides for player, entrant in self.entrants.items()}


@dataclass(frozen=True)
class Ending:
    """How far a course has come."""

    outcomes: list[Outcome]  # of the rounds that are over
    is_over: bool  # nothing is left to play; else the last round waits for legs that nobody is at fault for


Course = Generator[Games, Games, Ending]


def joined(ledger: Ledger) -> dict[str, int]:
    """After how many rounds each player joined that was not there from the start, by content hash."""
    return {player: int(text) for player, text in ledger.notes(JOINED).items() if text.isdecimal()}


def begun(held: Sequence[Games]) -> int:
    """How many of these rounds have begun."""
    return sum(bool(is_finished(games).any()) for games in held)


def check_contest(contest: Contest) -> None:
    """ArenaError if these players cannot meet in this format."""
    game, name, players = contest.game, contest.plan.name, contest.players
    if name in SCHEDULES:
        SCHEDULES[name](game, players, world_seeds(0, game, 1), contest.sides)
        return
    if len(game.sides) != 2:
        raise ArenaError(f"{game.name} has {told(len(game.sides))}; {name} is for two: use {' or '.join(SCHEDULES)}")
    can = can_hold(game, players, contest.sides)
    for player in np.flatnonzero(~can.all(1)):
        held = " and ".join(contest.entrants[players[player]].sides) or "no side"
        raise ArenaError(
            f"{contest.entrants[players[player]].name} holds {held} only; in a {name} everybody plays both sides:"
            " leave it out, or use --format round-robin"
        )
    if len(players) < 2:
        raise ArenaError(f"nobody can meet: a {name} needs two players; add some")
    if _next_round(contest, []) is None:
        rules = ", ".join(f"{rule} = {value}" for rule, value in contest.plan.rules.items())
        raise ArenaError(f"a {name} of {len(players)} players has nothing to play with {rules}; change that")


def told(sides: int) -> str:
    """The number of sides in words."""
    return "one side" if sides == 1 else f"{sides} sides"


def course(contest: Contest, noted: Noted) -> Course:
    """Yields the legs of each round, unplayed, and is sent the same with as many results as could be had.

    It ends when the format does, or after a round that is not over.
    """
    if contest.plan.name in SCHEDULES:
        yield from _known_at_once(contest)
        return Ending([], True)
    outcomes: list[Outcome] = []
    seeds = np.zeros(0, np.uint64)
    while (upcoming := _next_round(contest, outcomes)) is not None:
        start = pairs_given([outcome.round for outcome in outcomes], upcoming, len(contest.players))
        seeds = _reaching(seeds, int((start + upcoming.pairs).max()), contest)
        legs = Legs.of(contest, upcoming, start, seeds)
        played = yield legs.games
        out = noted()
        is_noted = np.array([player in out for player in contest.players])
        is_missing = ~is_finished(played)
        if (is_missing & ~is_noted[played.player].any(1)).any():
            return Ending(outcomes, False)
        lacks = np.zeros(len(is_noted), np.bool_)
        lacks[played.player[is_missing]] = True
        gone = withdrawn(len(is_noted), outcomes) | (is_noted & lacks)
        outcomes.append(outcome_of(legs, played, gone))
    return Ending(outcomes, True)


def follow(course: Course, results: Callable[[Games], Games]) -> tuple[list[Games], Ending]:
    """The rounds of a course as far as `results` fills them in, and how far that is."""
    held: list[Games] = []
    try:
        schedule = next(course)
        while True:
            held.append(results(schedule))
            schedule = course.send(held[-1])
    except StopIteration as end:
        return held, end.value


def placing(contest: Contest, ending: Ending) -> list[str] | None:
    """The content hashes, the first first; None of a format without a placing, and before the end."""
    if contest.plan.name in SCHEDULES or (found := find_placing(contest.plan.name)) is None:
        return None
    if not ending.is_over:
        return None
    rules = {name: rule for name, rule in contest.plan.rules.items() if name in signature(found).parameters}
    order = found(len(contest.players), ending.outcomes, **rules)
    return None if order is None else [contest.players[number] for number in order]


@dataclass(frozen=True)
class Legs:
    """The legs of a round, and what each is part of."""

    round: Round
    games: Games
    pairing: np.ndarray  # [G]
    pair: np.ndarray  # [G] of the N of the round
    holds: np.ndarray  # [G] the side that `one` holds

    @classmethod
    def of(cls, contest: Contest, upcoming: Round, start: np.ndarray, seeds: np.ndarray) -> "Legs":
        """Each pairing in the worlds from its start [M] on; the legs of a line-up stand together."""
        both = upcoming.side == BOTH
        pairing = np.repeat(np.arange(len(both)), np.where(both, 2, 1))  # of each line-up
        turned = np.append(False, pairing[1:] == pairing[:-1])[: len(pairing)]
        holds = np.where(both[pairing], turned, upcoming.side[pairing])
        count = upcoming.pairs[pairing]
        world = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
        pairing, holds = np.repeat(pairing, count), np.repeat(holds, count)
        line_up = np.stack([upcoming.one[pairing], upcoming.other[pairing]], axis=1)
        line_up[holds == 1] = line_up[holds == 1, ::-1]
        by_seat = seat_of_sides(contest.game, line_up)
        games = Games.unplayed(contest.game, contest.players, by_seat, seeds[start[pairing] + world])
        first = np.cumsum(upcoming.pairs) - upcoming.pairs
        return cls(upcoming, games, pairing, first[pairing] + world, holds)


def pairs_given(past: Sequence[Round], upcoming: Round, players: int) -> np.ndarray:
    """How many pairs the two of each pairing [M] have been given in the rounds before."""

    def key(each: Round) -> np.ndarray:
        return np.asarray(np.minimum(each.one, each.other) * players + np.maximum(each.one, each.other))

    if not past:
        return np.zeros(len(upcoming.one), np.int64)
    met, number = np.unique(np.concatenate([key(each) for each in past]), return_inverse=True)
    given = np.bincount(number, np.concatenate([each.pairs for each in past])).astype(np.int64)
    place = np.minimum(np.searchsorted(met, key(upcoming)), len(met) - 1)
    return np.where(met[place] == key(upcoming), given[place], 0)


def outcome_of(legs: Legs, played: Games, gone: np.ndarray) -> Outcome:
    """What came of a round; a pair counts if all its legs are finished."""
    legs_of = np.bincount(legs.pair)  # [N]
    pairing_of = np.repeat(np.arange(len(legs.round.one)), legs.round.pairs)  # [N]
    is_whole = np.bincount(legs.pair[is_finished(played)], minlength=len(legs_of)) == legs_of
    counts = is_whole[legs.pair]
    points = np.where(played.winner == DRAW, 0.5, played.winner == legs.holds) / legs_of[legs.pair]
    rows = np.arange(len(played))
    ahead = played.score[rows, legs.holds].astype(np.float64) - played.score[rows, 1 - legs.holds]
    is_scored = counts & np.isfinite(ahead)
    width = len(legs.round.one)
    scored = np.bincount(legs.pairing[is_scored], minlength=width)
    return Outcome(
        round=legs.round,
        points=np.bincount(legs.pairing[counts], points[counts], width),
        margin=np.bincount(legs.pairing[is_scored], ahead[is_scored], width) / np.maximum(scored, 1),
        played=np.bincount(pairing_of[is_whole], minlength=width),
        withdrawn=gone,
    )


def _next_round(contest: Contest, outcomes: Sequence[Outcome]) -> Round | None:
    """The next round of those who have joined by now, who are the first of the players."""
    plan = contest.plan
    count = sum(contest.joined.get(player, 0) <= len(outcomes) for player in contest.players)
    seen = [replace(outcome, withdrawn=outcome.withdrawn[:count]) for outcome in outcomes]
    return find_format(plan.name)(count, seen, pairs=plan.pairs, **plan.rules)


def _reaching(seeds: np.ndarray, count: int, contest: Contest) -> np.ndarray:
    """The tournament's seeds, at least so many, of which some are known."""
    if count <= len(seeds):
        return seeds
    more = max(count, 2 * len(seeds)) - len(seeds)
    return np.concatenate([seeds, world_seeds(contest.seed, contest.game, more, start=len(seeds))])


def _known_at_once(contest: Contest) -> Generator[Games, Games, None]:
    """All legs, or, if the plan grows, `pairs` more of each pairing a round."""
    pairs, draw = contest.plan.pairs, SCHEDULES[contest.plan.name]
    end = max(pairs, MOST_PAIRS) if contest.plan.grows else pairs
    for lo in range(0, end - pairs + 1, pairs):
        yield draw(contest.game, contest.players, world_seeds(contest.seed, contest.game, pairs, lo), contest.sides)
