"""Many copies of an environment, stepped together: the engine's worlds for games of others."""

import contextlib
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from arena.draw import children, seeds_of
from arena.errors import ArenaError
from arena.foreign.block import open_block
from arena.foreign.copies import Copies
from arena.foreign.record import Record
from arena.game import DRAW, Moment, Output

if TYPE_CHECKING:
    from arena.foreign.game import ForeignGame

SEEDS = 0x7FFFFFFF  # the part of a key that seeds an environment


class ForeignWorlds:
    """W copies of an environment; the arrays of `out` are overwritten by every step.

    A world ends where no seat acts any more, or at the game's time limit. An illegal action leaves a seat with its
    first alternatives, and with the numbers of its ranges that come closest to 0.
    """

    out: Output

    def __init__(self, game: "ForeignGame", count: int, *, threads: int | None = None, restarts: bool = True) -> None:
        """Starts `count` worlds, in so many processes as `threads` says, or as is fastest."""
        if count < 1:
            raise ArenaError(f"an arena needs at least one world, not {count}")
        self.game, self.count, self.restarts = game, count, restarts
        self.board, self._block = open_block(game, count, threads)
        seats, metrics = len(game.seats), len(game.metric_names)
        self._draws: bool | None = None  # not known yet whether the environment draws pictures
        self._is_closed = False
        self.record = Record.blank(count, seats, metrics, game.action_width)
        self._legal, self._rest = _legal_columns(game), game.rest_action()
        self.out = Output(
            obs=self.board.obs,
            reward=np.zeros((count, seats), np.float32),
            discount=np.ones((count, seats), np.float32),
            last=np.zeros(count, np.bool_),
            final_obs=np.zeros_like(self.board.obs),
            returns=np.zeros((count, seats), np.float32),
            metrics=np.full((count, metrics), np.nan, np.float32),
            winner=np.full(count, DRAW, np.int64),
            fault=np.zeros(count, np.int64),
            alive=np.ones((count, seats), np.float32),
        )
        self.reset(seeds_of(count, "world", 0))

    @property
    def obs(self) -> np.ndarray:
        """What every seat sees now, [A, W, O]."""
        return self.out.obs

    def reset(self, keys: np.ndarray | None = None) -> np.ndarray:
        """Starts a game in every world: of the streams `keys` uint64 [W], or its next one. Returns `obs`."""
        self.record.key[:] = children(self.record.key, 0) if keys is None else keys
        self._begin(np.ones(self.count, np.bool_))
        return self.obs

    def step(self, action: np.ndarray) -> Output:
        """Steps every world by `action` float [A, W, U] and starts the next game where one ended.

        Without restarts, a world whose game is over stays at its end until `reset`.
        """
        record, board, out = self.record, self.board, self.out
        running = record.running.copy()
        alive = board.acts & running[:, None]
        self._read_action(action, alive)
        record.log_actions(board.action, running)
        self._order("step", running)
        record.add(board, running)
        over = running & (~board.acts.any(1) | (record.step >= self.game.cycles))
        out.reward[:] = np.where(alive, board.reward, 0)
        out.discount[:] = alive & ~board.is_over
        out.alive[:] = alive
        out.last[:] = over
        if over.any():
            self._finish(over)
            record.running[over] = False
            if self.restarts:
                record.key[over] = children(record.key[over], 0)
                self._begin(over)
        return out

    def _read_action(self, action: np.ndarray, alive: np.ndarray) -> None:
        """Writes legal actions on the board, and down who acted illegally first."""
        board = self.board
        action = np.asarray(action)
        if action.shape != board.action.shape or action.dtype.kind != "f":
            raise ArenaError(
                f"{self.game.name}: an action is float {board.action.shape}, not {action.dtype} {action.shape}"
            )
        is_legal = ((action >= 0) & (action <= 1) | ~self._legal[:, None]).all(2) & alive.T  # [A, W]
        board.action[:] = np.where(is_legal[..., None] & self._legal[:, None], action, self._rest[:, None])
        is_fault = ~is_legal.T & alive
        first = np.where(is_fault.any(1), 1 + is_fault.argmax(1), 0)
        self.record.fault[:] = np.where(self.record.fault > 0, self.record.fault, first)

    def _begin(self, called: np.ndarray) -> None:
        """Starts the games whose keys stand in the record."""
        self.board.seed[:] = (self.record.key & np.uint64(SEEDS)).astype(np.int64)
        self._order("reset", called)
        self.record.clear(called)

    def _order(self, verb: str, called: np.ndarray) -> None:
        """Has the environments of the worlds `called` [W] reset or step."""
        if self._is_closed:
            raise ArenaError(f"{self.game.name}: these worlds are closed; open new ones")
        self.board.is_called[:] = called
        try:
            self._block.step() if verb == "step" else self._block.reset()
            self._check_numbers(verb)
        except BaseException:
            self.close()  # what has failed, or was broken off, is in no state to go on from
            raise

    def _check_numbers(self, verb: str) -> None:
        """ArenaError if a reward or an observation is not finite."""
        board = self.board
        if np.isfinite(board.obs).all() and np.isfinite(board.reward).all():
            return
        is_bad = ~np.isfinite(board.obs).all(2).T | ~np.isfinite(board.reward)
        world, seat = np.argwhere(is_bad)[0]
        what = "a reward" if not np.isfinite(board.reward[world, seat]) else "an observation"
        raise ArenaError(
            f"{self.game.name}: {verb}() of world {world} (seed {board.seed[world]}) gave {self.game.seats[seat].name} "
            f"{what} that is nan or endless; the fault is the environment's: mend it, or change its options"
        )

    def _finish(self, over: np.ndarray) -> None:
        """Writes down the games that ended."""
        out, record = self.out, self.record
        out.final_obs[:, over] = self.obs[:, over]
        out.returns[over] = record.earned[over]
        out.metrics[over] = record.folded[over]
        out.winner[over] = self.game.winner(record.earned[over])
        out.fault[over] = record.fault[over]

    def arrays(self) -> Iterator[tuple[str, np.ndarray]]:
        """Every array that a resumed run needs, by name: what the games are, and all actions since they began."""
        yield from self.record.arrays()
        yield "obs", self.obs

    def restore(self, arrays: Mapping[str, np.ndarray]) -> None:
        """Goes on where `arrays` was taken, by playing the same actions again; ArenaError if that was of other worlds.

        Where an environment does not do the same again, a warning says so, and its worlds start their next game.
        """
        self.record.fill(self.game.name, {name: array for name, array in arrays.items() if name != "obs"})
        differs = self._replay(arrays["obs"])
        if differs.any():
            warnings.warn(
                f"{self.game.name} does not repeat itself from the same seed and actions: {differs.sum()} of "
                f"{self.count} games could not be resumed, and others were started in their place",
                stacklevel=2,
            )
            self.record.key[differs] = children(self.record.key[differs], 0)
            self._begin(differs)

    def _replay(self, obs: np.ndarray) -> np.ndarray:
        """Plays the games of the record up to its steps; says which worlds [W] do not see `obs` in the end."""
        record, board = self.record, self.board
        if obs.shape != board.obs.shape:
            raise ArenaError(f"{self.game.name}: the saved worlds are of other settings; resume with the same ones")
        kept = record.copy()
        self._begin(np.ones(self.count, np.bool_))
        for step in range(int(kept.step.max())):
            called = (kept.step > step) & board.acts.any(1)
            board.action[:, called] = kept.actions[step, called].swapaxes(0, 1)
            self._order("step", called)
        self.record = kept
        return np.asarray((board.obs != obs).any((0, 2)))

    def moment(self, index: int = 0) -> Moment:
        """A copy of where one world stands; its view is None if the environment draws no pictures.

        Only a single world without restarts draws: its environment is made once more, to draw, and catches up.
        """
        view = self._picture() if self.count == 1 and not self.restarts else None
        record = self.record
        return Moment(view, int(record.step[index]), record.earned[index].copy(), int(record.fault[index]))

    def _picture(self) -> np.ndarray | None:
        if self._draws is None:
            self._draws = "rgb_array" in self.game.found.render_modes and self._can_redraw()
        return self._block.picture(0) if self._draws else None

    def _can_redraw(self) -> bool:
        """Puts an environment that draws in the place of the one that does not; False if it plays another game."""
        game, blind, kept = self.game, self._block, [array.copy() for array in self.board]
        is_same = False
        with contextlib.suppress(ArenaError):
            maker = replace(game.maker, render_mode="rgb_array")
            self._block = Copies(maker, game.metric_names, self.board, [0], game.timeout_s)
            is_same = not self._replay(self.obs.copy()).any()
        if is_same:
            blind.close()
        elif self._block is not blind:
            self._block.close()
            self._block, self._is_closed = blind, False
            for array, old in zip(self.board, kept, strict=True):
                array[:] = old
        return is_same

    def close(self) -> None:
        """Closes the environments and ends their processes."""
        self._is_closed = True
        self._block.close()


def _legal_columns(game: "ForeignGame") -> np.ndarray:
    """Which numbers of its action a seat decides, bool [A, U]."""
    columns = np.zeros((len(game.seats), game.action_width), np.bool_)
    for row, seat in zip(columns, game.seats, strict=True):
        for head in seat.heads:
            row[head.start : head.start + head.width] = True
    return columns
