"""Environments run one after another in one process, read and written in the rows of a board."""

import contextlib
import warnings
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from pettingzoo import ParallelEnv
from PIL import Image

from arena.errors import ArenaError
from arena.foreign.board import Board
from arena.foreign.cast import Cast
from arena.foreign.eyes import Unreadable
from arena.foreign.maker import Maker
from arena.foreign.source import said
from arena.foreign.watch import Hang, Watch

PICTURE_PIXELS = 640  # the longer side of a picture is less than twice that
NUMBERS = (bool, int, float, np.number, np.bool_)


class Copy:
    """One environment; what it does stands in its row of the board.

    Seats that leave early are told apart here, by code: SuperSuit's `black_death_v3` reports no ending of a seat before
    that of the game, cannot tell a termination from a truncation, and sees the end of a game one step too late.
    """

    def __init__(
        self,
        maker: Maker,
        env: ParallelEnv[Any, Any, Any],
        cast: Cast,
        metrics: Sequence[str],
        board: Board,
        world: int,
    ) -> None:
        self.name, self.maker, self.env, self.cast, self.metrics = maker.name, maker, env, cast, metrics
        self.is_used = False
        self.seed, self.action, self.obs = board.seed[world : world + 1], board.action[:, world], board.obs[:, world]
        self.reward, self.info = board.reward[world], board.info[world]
        self.acts, self.is_over = board.acts[world], board.is_over[world]
        self.infos: Mapping[Any, Any] = {}  # of the last step

    def reset(self) -> None:
        """Starts the game of its seed."""
        if self.is_used and self.maker.is_single_use:
            self.close()
            self.env = self.maker()
        self.is_used = True
        seen, _ = self.env.reset(seed=int(self.seed[0]))
        present = set(self.env.agents)
        if present != set(self.cast.agents):
            raise ArenaError(
                f"{self.name}: a game began with {_listed(present)}, and possible_agents are "
                f"{_listed(self.cast.agents)}; the arena needs all of them at the start"
            )
        self.acts[:] = True
        self.is_over[:] = False
        self._see(seen, self.acts)

    def step(self) -> None:
        """Plays one step with the actions on the board."""
        cast, acting, before = self.cast, self.acts.copy(), set(self.env.agents)
        actions = {a: h.act(row) for a, h, row in zip(cast.agents, cast.hands, self.action, strict=True) if a in before}
        seen, rewards, over, cut, infos = self.env.step(actions)
        self.infos = {agent: info for agent, info in (infos or {}).items() if isinstance(info, Mapping)}
        after = set(self.env.agents)
        if not after <= before:
            raise ArenaError(
                f"{self.name}: {_listed(after - before)} joined a game that was going on; in the arena "
                "agents may only leave"
            )
        for seat, agent in enumerate(cast.agents):
            self.reward[seat] = self._earned(agent, rewards) if acting[seat] else 0
            has_left = agent not in after
            is_over, is_cut = bool(over.get(agent, False)), bool(cut.get(agent, False))
            # some environments drop an agent without a word: that is an end like any other
            self.is_over[seat] = acting[seat] and (is_over or (has_left and not is_cut))
            self.acts[seat] = acting[seat] and not (is_over or is_cut or has_left)
        self._see(seen, acting)
        self._inform()

    def _earned(self, agent: Any, rewards: Mapping[Any, Any]) -> float:
        try:
            return float(rewards[agent])
        except KeyError:
            raise ArenaError(
                f"{self.name}: {agent} took part in a step and got no reward; the environment owes one"
            ) from None
        except (TypeError, ValueError):
            raise ArenaError(f"{self.name}: the reward of {agent} is {rewards[agent]!r:.100}, not a number") from None

    def _see(self, seen: Mapping[Any, Any], acting: np.ndarray) -> None:
        """Reads the observations of seats that took part; what others saw is 0."""
        for seat, agent in enumerate(self.cast.agents):
            if not acting[seat]:
                self.obs[seat] = 0
            elif agent in seen:
                try:
                    self.cast.eyes[seat].read(seen[agent], self.obs[seat])
                except Unreadable as error:
                    raise ArenaError(
                        f"{self.name}: {agent} saw {error}; the environment breaks its own space"
                    ) from None
            elif self.acts[seat]:
                raise ArenaError(f"{self.name}: {agent} goes on and saw nothing; the environment owes an observation")

    def _inform(self) -> None:
        """The metrics of this step: means over the seats that report them."""
        for index, metric in enumerate(self.metrics):
            reports = [info.get(metric) for info in self.infos.values()]
            values = [float(value) for value in reports if is_number(value)]
            self.info[index] = sum(values) / len(values) if values else np.nan

    def close(self) -> None:
        """Closes the environment."""
        with contextlib.suppress(Exception):  # what fails here has nothing left to spoil
            self.env.close()

    def picture(self) -> np.ndarray | None:
        """The environment's own picture uint8 [H, W, 3], if it draws one; a large one smaller, to save memory."""
        try:
            with warnings.catch_warnings():  # of fonts that are missing
                warnings.simplefilter("ignore")
                pixels = np.asarray(self.env.render())
        except Exception:  # a film of a game is no reason to stop it
            return None
        is_picture = pixels.dtype == np.uint8 and pixels.ndim == 3 and pixels.shape[2] in (3, 4)
        if not is_picture:
            return None
        scale = max(1, max(pixels.shape[:2]) // PICTURE_PIXELS)
        return np.array(Image.fromarray(pixels[..., :3].copy()).reduce(scale))


class Copies:
    """The environments of some worlds, in this process."""

    def __init__(
        self,
        maker: Maker,
        metrics: Sequence[str],
        board: Board,
        worlds: Iterable[int],
        timeout_s: float,
    ) -> None:
        self.name, self.board, self.timeout_s = maker.name, board, timeout_s
        self._copies: dict[int, Copy] = {}
        cast: Cast | None = None
        for world in worlds:
            env = make_watched(maker, timeout_s)
            cast = cast or Cast.of(maker.name, env)
            self._copies[world] = Copy(maker, env, cast, metrics, board, world)

    def reset(self) -> None:
        """Starts a game in the worlds that are called."""
        self._run("reset")

    def step(self) -> None:
        """Plays one step in the worlds that are called."""
        self._run("step")

    def _run(self, verb: str) -> None:
        with Watch(self.timeout_s) as watch:
            for world, copy in self._copies.items():
                if self.board.is_called[world]:
                    watch.again()
                    try:
                        copy.reset() if verb == "reset" else copy.step()
                    except (Exception, SystemExit, Hang) as error:
                        raise self._failed(verb, world, error) from None
                    self.board.beat[world] += 1

    def _failed(self, verb: str, world: int, error: BaseException) -> BaseException:
        where = f"{self.name}: {verb}() of world {world} (seed {self.board.seed[world]})"
        if isinstance(error, Hang):
            return ArenaError(f"{where} did not come back within {self.timeout_s:g} s; mend it, or raise timeout_s")
        if isinstance(error, ArenaError):
            return error
        return ArenaError(
            f"{where} raised {said(error)}; the fault is the environment's: mend it, or change its options"
        )

    def infos(self, world: int) -> Mapping[Any, Any]:
        """What each agent of a world reported in the last step."""
        return self._copies[world].infos

    def picture(self, world: int) -> np.ndarray | None:
        """What a world looks like, if its environment was made to draw."""
        return self._copies[world].picture()

    def close(self) -> None:
        """Closes the environments."""
        for copy in self._copies.values():
            copy.close()
        self._copies.clear()


def make_watched(maker: Maker, timeout_s: float) -> ParallelEnv[Any, Any, Any]:
    """A fresh environment; ArenaError if it cannot be made in time."""
    try:
        with Watch(timeout_s):
            return maker()
    except Hang:
        raise ArenaError(
            f"{maker.name}: making the environment took longer than {timeout_s:g} s; mend it, or raise timeout_s"
        ) from None


def is_number(value: Any) -> bool:
    """Whether an entry of an info can be a metric."""
    if isinstance(value, np.ndarray):
        value = value[()] if value.ndim == 0 else None
    return isinstance(value, NUMBERS) and bool(np.isfinite(value))


def _listed(agents: Iterable[Any]) -> str:
    return ", ".join(sorted(map(str, agents))) or "nobody"
