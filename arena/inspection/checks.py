"""What a scenario has to keep besides its contract: each check returns what it found, or raises `Wrong`.

`arena check scenario` runs them on a file, and the tests on every file of scenarios/.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations
from time import perf_counter

import numpy as np

from arena.engine.world import make_body
from arena.engine.worlds import Worlds
from arena.game import DRAW
from arena.games import End, Games
from arena.inspection.look import WORLDS, Check, Played, Wrong, record, shortened, some_actions, some_keys
from arena.player import Player
from arena.playing import play
from arena.scenario import Scenario

BLANK, GUARD = 12345.5, 32  # a number that nobody writes; columns behind an observation that nobody should write
GAMES = 20  # successive games of a world
TOLERANCE, NEAR, FEW = 1e-3, 1e-4, 2  # of a reward; of a contact; how many worlds may cross a threshold elsewhere
MANY, SPEED_SECONDS = 4096, 0.5
PAINTS = 6


def compiles(scenario: Scenario) -> str:
    """The loops over worlds can be made."""
    started = perf_counter()
    guarded(scenario).step(some_actions(scenario, 1)[0])
    return f"in {perf_counter() - started:.1f} s"


def guarded(scenario: Scenario) -> Worlds:
    """Worlds whose observations have room behind them, so that writing too much does no harm and is seen."""
    seats = tuple(replace(seat, sees=seat.sees + GUARD) for seat in scenario.seats)
    wide = replace(scenario, layout=replace(scenario.layout, seats=seats))
    return Worlds(wide, WORLDS, dtype=np.float64)  # in single precision the widths would be compiled in


def shapes(scenario: Scenario) -> str:
    """Every observation fills `sees` in each frame and nothing behind it; every seat is paid in each step."""
    short, steps = shortened(scenario)
    worlds = started(short)
    for step, action in enumerate(some_actions(scenario, steps), 1):
        worlds.obs[:] = worlds.out.final_obs[:] = worlds.out.reward[:] = BLANK
        out = worlds.step(action)
        _check_observed(scenario, out.obs, f"in step {step}")
        _check_observed(scenario, out.final_obs[:, out.last], "at the end of a game")
        for index, seat in enumerate(scenario.seats):
            if (out.reward[:, index] == BLANK).any():
                raise Wrong(f"reward writes nothing for {seat.name} (seat {index}) in step {step}; every seat is paid")
    return f"{_widths(scenario)} numbers observed, {scenario.action_width} in an action"


def started(scenario: Scenario) -> Worlds:
    """Guarded worlds at the start of a game, in which every observation fills `sees` and nothing behind it."""
    worlds = guarded(scenario)
    worlds.obs[:] = BLANK
    worlds.reset(some_keys(scenario))
    _check_observed(scenario, worlds.obs, "at the start")
    return worlds


def _check_observed(scenario: Scenario, obs: np.ndarray, when: str) -> None:
    for index, seat in enumerate(scenario.seats):
        told = seat.sees - seat.blank
        own, behind = obs[index, :, :told] != BLANK, obs[index, :, told:]
        if not own.all():
            missing = int(np.flatnonzero(~own.all(0))[0])
            raise Wrong(f"{seat.name} sees {told} numbers, but observe does not write number {missing} {when}")
        is_filled = (behind == 0).all(1) & (behind.shape[1] > 0)  # `out[:] = 0` is no harm
        too_many = (behind != BLANK) & ~is_filled[:, None]
        if too_many.any():
            more = 1 + int(np.flatnonzero(too_many.any(0))[-1])
            raise Wrong(f"observe writes {told + more} numbers for {seat.name}, which sees {told} {when}")


def _widths(scenario: Scenario) -> str:
    widths = sorted({seat.sees for seat in scenario.seats})
    return f"{widths[0]} to {widths[-1]}" if len(widths) > 1 else str(widths[0])


def numbers(scenario: Scenario) -> str:
    """What is observed, paid and measured is a finite number."""
    short, steps = shortened(scenario)
    played = record(short, some_keys(scenario), some_actions(scenario, steps))
    for index, seat in enumerate(scenario.seats):
        _check_finite(f"{seat.name} observes", played.obs[:, index, :, : seat.sees])
        _check_finite(f"reward pays {seat.name}", played.reward[:, :, index])
    for index, name in enumerate(scenario.metric_names):
        _check_finite(f"metrics writes {name!r} as", played.metrics[:, :, index][played.last])
    return f"finite in {steps} steps of {WORLDS} worlds; rewards {played.reward.min():.3g} to {played.reward.max():.3g}"


def _check_finite(what: str, values: np.ndarray) -> None:
    if not np.isfinite(values).all():
        step = int(np.argwhere(~np.isfinite(values))[0][0])
        bad = values[~np.isfinite(values)][0]
        raise Wrong(f"{what} {bad}, first in step {step + 1}; look for a division by zero, a root or a logarithm")


def outcomes(scenario: Scenario) -> str:
    """The winner is a side or nobody."""
    short, steps = shortened(scenario)
    played = record(short, some_keys(scenario), some_actions(scenario, steps))
    sides, winner = [*scenario.sides], played.winner[played.last]
    if wrong := set(winner.tolist()) - {DRAW, *range(len(sides))}:
        raise Wrong(f"outcome returns {min(wrong)}; the sides are 0 to {len(sides) - 1}, a draw is DRAW (-1)")
    if not scenario.has_outcome:
        return "nobody wins: the score is the return" + ("; with two sides, write outcome" if len(sides) > 1 else "")
    won = [f"{side} {(winner == index).mean():.0%}" for index, side in enumerate(sides)]
    return f"at random {', '.join(won)}, draws {(winner == DRAW).mean():.0%}"


def seeds(scenario: Scenario) -> str:
    """The same seeds are the same games, to the bit."""
    short, steps = shortened(scenario)
    action = some_actions(scenario, steps)
    once, again = (record(short, some_keys(scenario), action) for _ in range(2))
    _check_same(once, again, "the same seeds played twice differ: draw from arena.draw only, with the rng of the world")
    return f"the same bits twice, over {steps} steps"


def independence(scenario: Scenario) -> str:
    """A world plays the same alone, in another place and among others."""
    short, steps = shortened(scenario)
    keys, action = some_keys(scenario), some_actions(scenario, steps)
    together = record(short, keys, action)
    why = "a world {} plays another game: nothing may last in world.work from one call to the next"
    turned = record(short, keys[::-1], action[:, :, ::-1])
    _check_same(together, turned.of(slice(None, None, -1)), why.format("elsewhere in the batch"))
    for world in (0, WORLDS - 1):
        own = slice(world, world + 1)
        alone = record(short, keys[own], action[:, :, own])
        _check_same(together.of(own), alone, why.format("played alone"))
    return "a world plays the same bits alone, among others and elsewhere"


def _check_same(one: Played, other: Played, message: str) -> None:
    for name, array in vars(one).items():
        if not np.array_equal(array, getattr(other, name), equal_nan=True):
            raise Wrong(f"{message} ({name})")


def variation(scenario: Scenario) -> str:
    """Starts differ between worlds and from game to game, in all that ever differs; every seat sees a difference."""
    worlds = Worlds(scenario, WORLDS)
    worlds.reset(some_keys(scenario))
    starts = [np.concatenate([worlds.state.pos.reshape(WORLDS, -1), worlds.state.note], 1)]
    for _ in range(GAMES):
        worlds.reset()
        starts.append(np.concatenate([worlds.state.pos.reshape(WORLDS, -1), worlds.state.note], 1))
    start = np.stack(starts)  # [G, W, numbers]
    for what, games in ((f"{WORLDS} worlds", start[0]), (f"{GAMES + 1} successive games", start[:, 0])):
        if (count := len(np.unique(games, axis=0))) < len(games) / 2:
            raise Wrong(
                f"{what} have only {count} different start{'s' * (count > 1)}; draw places and choices in spawn"
            )
    short, steps = shortened(scenario)
    played = record(short, some_keys(scenario), some_actions(scenario, steps))
    for index, seat in enumerate(scenario.seats):
        if (played.obs[:, index] == played.obs[:, index, :1]).all():
            raise Wrong(f"{seat.name} sees the same in all {WORLDS} worlds; observe tells it nothing")
    fixed = [
        e.name for i, e in enumerate(scenario.entities) if not np.ptp(start[:, :, 2 * i : 2 * i + 2], (0, 1)).any()
    ]
    return "all starts differ" + (f"; always in one place: {', '.join(fixed)}" if fixed else "")


def precision(scenario: Scenario) -> str:
    """Single precision pays what double precision pays, until two discs first touch (a contact is chaotic)."""
    short, _ = shortened(scenario)
    keys, action = some_keys(scenario), some_actions(scenario, short.cycles)
    single, double = (record(short, keys, action, dtype) for dtype in (np.float32, np.float64))
    clear = clear_frames(scenario, double.pos)
    clear[1:] &= ~np.logical_or.accumulate(double.last)[:-1]
    gap = np.abs(single.reward - double.reward).max(-1) / (1 + np.abs(double.reward).max(-1))
    apart = (gap > TOLERANCE) & clear
    if (count := int(apart.any(0).sum())) > FEW:
        step = int(np.flatnonzero(apart.any(1))[0])
        raise Wrong(f"float32 and float64 pay differently from step {step + 1} on, in {count} of {WORLDS} worlds")
    return f"rewards within {gap[clear & ~apart].max(initial=0):.1g} of double precision before the first contact"


def clear_frames(scenario: Scenario, pos: np.ndarray) -> np.ndarray:
    """Which frames [T, W] of positions [T, W, E, 2] come before two discs of a world push each other or just touch."""
    body = make_body(scenario, np.float32)
    reach = {tuple(pair): np.sqrt(square) for pair, square in zip(body.contact.tolist(), body.reach, strict=True)}
    meets = np.zeros(pos.shape[:2], np.bool_)
    for a, b in combinations(range(pos.shape[2]), 2):
        gap = np.hypot(*(pos[:, :, a] - pos[:, :, b]).transpose(2, 0, 1))
        meets |= (np.abs(gap - body.radius[a] - body.radius[b]) < NEAR) | (gap < reach.get((a, b), 0))
    return ~np.logical_or.accumulate(meets)


def marks(scenario: Scenario) -> str:
    """What is highlighted and painted exists."""
    world, entities = Worlds(scenario, 3).world(1), len(scenario.entities)
    if (choose := scenario.part("spotlight")) and not -1 <= choose(world) < entities:
        raise Wrong(f"spotlight returns {choose(world)}; the entities are 0 to {entities - 1}, none is -1")
    paint = scenario.part("paint")
    for entity in range(entities if paint else 0):
        if not -1 <= paint(world, entity) < PAINTS:
            raise Wrong(
                f"paint returns {paint(world, entity)} for {scenario.entities[entity].name}; use -1 to {PAINTS - 1}"
            )
    used = [name for name in ("spotlight", "paint") if scenario.part(name)]
    return " and ".join(used) or "none"


def scripts(scenario: Scenario, players: Sequence[Player]) -> str:
    """The scripted players act legally in every seat."""
    scenario, _ = shortened(scenario)
    told = []
    for player in players:
        seats = np.zeros((WORLDS, len(scenario.seats)), np.int32)
        games = Games.unplayed(scenario, [player.hash], seats, some_keys(scenario))
        played, errors = play(games, {player.hash: player}, scenario)
        if errors:
            raise Wrong(f"{player.name} fails: {errors[player.hash]}")
        if (played.end == End.FORFEIT).any():
            seat = scenario.seats[int(played.fault[played.end == End.FORFEIT][0])].name
            raise Wrong(f"{player.name} acts illegally as {seat}: every number of an action must lie in [0, 1]")
        told.append(f"{player.name} {', '.join(f'{score:+.1f}' for score in played.score.mean(0))}")
    return f"mean return of {', '.join(scenario.sides)}: {'; '.join(told)}"


def speed(scenario: Scenario) -> str:
    """World-steps a second, measured."""
    worlds, action = Worlds(scenario, MANY), some_actions(scenario, 1, MANY)[0]
    worlds.step(action)
    steps, started = 0, perf_counter()
    while perf_counter() - started < SPEED_SECONDS:
        worlds.step(action)
        steps += MANY
    return f"{steps / (perf_counter() - started) / 1e6:.2g} million world-steps/s in {MANY:,} worlds"


CHECKS = (
    Check("compiles", compiles),
    Check("shapes", shapes, ["compiles"]),
    Check("numbers", numbers, ["shapes"]),
    Check("outcomes", outcomes, ["shapes"]),
    Check("seeds", seeds, ["numbers"]),
    Check("independence", independence, ["seeds"]),
    Check("variation", variation, ["shapes"]),
    Check("precision", precision, ["independence"]),
    Check("marks", marks, ["shapes"]),
    Check("speed", speed, ["shapes"]),
)
