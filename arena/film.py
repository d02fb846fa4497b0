"""A leg as a film: the same game as `arena.playing.play` plays from the same seed, bit for bit, one frame a step."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from arena.engine.world import World
from arena.engine.worlds import Worlds
from arena.errors import ArenaError
from arena.games import Games
from arena.player import Player
from arena.playing import Turn, act, other_side, turns
from arena.scenario import DRAW, Scenario


@dataclass(frozen=True)
class Frame:
    """One moment of a game."""

    world: World  # a copy
    step: int  # steps taken so far
    cycles: int  # the time limit
    rewards: tuple[float, ...]  # [S] return of each side so far
    seed: int
    last: bool = False
    winner: int = DRAW  # index of the side that won; DRAW until the last frame
    fault: int = -1  # the first seat that acted illegally, which forfeits, or -1


def film(scenario: Scenario, line_up: Sequence[Player], seed: int) -> Iterator[Frame]:
    """The frames of one leg: the start, then one after each step. `line_up` [A] says who sits in which seat."""
    if not 0 <= seed < 1 << 64:
        raise ArenaError(f"a seed is a whole number from 0 to 2^64 - 1, not {seed}")
    players = {player.hash: player for player in line_up}
    names = list(players)
    holder = np.array([[names.index(player.hash) for player in line_up]])
    leg = Games.unplayed(scenario, names, holder, np.array([seed], np.uint64))
    seats = list(turns(leg, players))
    worlds = Worlds(scenario, 1, threads=1, restarts=False)
    worlds.reset(leg.seed)
    yield _frame(worlds, seed)
    for step in range(scenario.cycles):
        worlds.step(_joint_action(worlds, seats, step))
        yield _frame(worlds, seed)
        if worlds.out.last[0]:
            return


def _joint_action(worlds: Worlds, seats: Sequence[Turn], step: int) -> np.ndarray:
    """The actions [A, 1, U] of all seats; ArenaError if a player fails."""
    width = worlds.scenario.action_width
    action = np.zeros((len(seats), 1, width), np.float32)
    for turn in seats:
        try:
            action[turn.seat] = act(turn, worlds.obs, step, width)
        except Exception as error:
            raise ArenaError(
                f"{turn.player.name} failed in step {step}: {type(error).__name__}: {error}; choose another player"
            ) from error
    return action


def _frame(worlds: Worlds, seed: int) -> Frame:
    scenario, out = worlds.scenario, worlds.out
    last, fault = bool(out.last[0]), int(worlds.state.fault[0]) - 1
    winner = DRAW
    if last:
        winner = int(other_side(scenario)[fault] if fault >= 0 else out.winner[0])
    returns = worlds.state.earned
    return Frame(
        world=worlds.world(),
        step=int(worlds.state.step[0]),
        cycles=scenario.cycles,
        rewards=tuple(float(returns[:, list(seats)].mean(1)[0]) for seats in scenario.sides.values()),
        seed=seed,
        last=last,
        winner=winner,
        fault=fault,
    )
