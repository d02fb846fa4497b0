"""A leg as a film: the same game as `arena.playing.play` plays from the same seed, bit for bit, one frame a step."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import numpy as np

from arena.errors import ArenaError
from arena.game import DRAW, Game, Worlds
from arena.games import Games
from arena.player import Player
from arena.playing import Turn, act, other_side, turns


@dataclass(frozen=True)
class Frame:
    """One moment of a game."""

    view: Any  # the World, or a picture uint8 [H, W, 3] of a game that is not ours
    step: int  # steps taken so far
    cycles: int  # the time limit
    rewards: tuple[float, ...]  # [S] return of each side so far
    seed: int
    last: bool = False
    winner: int = DRAW  # index of the side that won; DRAW until the last frame
    fault: int = -1  # the first seat that acted illegally, which forfeits, or -1


def film(game: Game, line_up: Sequence[Player], seed: int) -> Iterator[Frame]:
    """The frames of one leg: the start, then one after each step. `line_up` [A] says who sits in which seat."""
    if not 0 <= seed < 1 << 64:
        raise ArenaError(f"a seed is a whole number from 0 to 2^64 - 1, not {seed}")
    players = {player.hash: player for player in line_up}
    names = list(players)
    holder = np.array([[names.index(player.hash) for player in line_up]])
    leg = Games.unplayed(game, names, holder, np.array([seed], np.uint64))
    seats = list(turns(leg, players))
    with closing(game.open(1, threads=1, restarts=False)) as worlds:
        worlds.reset(leg.seed)
        yield _frame(game, worlds, seed)
        for step in range(game.cycles):
            worlds.step(_joint_action(worlds, seats, step, game.action_width))
            yield _frame(game, worlds, seed)
            if worlds.out.last[0]:
                return


def _joint_action(worlds: Worlds, seats: Sequence[Turn], step: int, width: int) -> np.ndarray:
    """The actions [A, 1, U] of all seats; ArenaError if a player fails."""
    action = np.zeros((len(seats), 1, width), np.float32)
    for turn in seats:
        try:
            action[turn.seat] = act(turn, worlds.obs, step, width)
        except (Exception, SystemExit) as error:
            raise ArenaError(
                f"{turn.player.name} failed in step {step}: {type(error).__name__}: {error}; choose another player"
            ) from error
    return action


def _frame(game: Game, worlds: Worlds, seed: int) -> Frame:
    out, moment = worlds.out, worlds.moment()
    last, fault = bool(out.last[0]), moment.fault - 1
    winner = DRAW
    if last:
        winner = int(other_side(game)[fault] if fault >= 0 else out.winner[0])
    return Frame(
        view=moment.view,
        step=moment.step,
        cycles=game.cycles,
        rewards=tuple(float(moment.returns[list(seats)].mean()) for seats in game.sides.values()),
        seed=seed,
        last=last,
        winner=winner,
        fault=fault,
    )
