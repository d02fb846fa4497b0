"""Training as a generator: worlds -> transition -> replay -> update, and a report now and then.

Saving, logging, rating and stopping are the body of the caller's for loop.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from agents.learner import Learner, Spec
from agents.replay import Replay, Row
from arena.draw import seed_of, seeds_of
from arena.errors import ArenaError
from arena.game import Game, Worlds
from arena.norm import normalised_sides
from arena.transition import Transition


@dataclass(frozen=True)
class Report:
    """Where training stands; `rows` holds one dict of numbers for each member."""

    step: int  # world steps of each member so far
    updates: int
    rows: tuple[Mapping[str, float], ...]


class Tally:
    """Means over the games and updates since the last report."""

    def __init__(self, game: Game, members: int) -> None:
        self.game, self.members = game, members
        self.clear()

    def clear(self) -> None:
        self.games = np.zeros(self.members)
        self.sums = np.zeros((self.members, len(self.names())))
        self.learned: dict[str, Tensor] = {}
        self.updates = 0

    def names(self) -> list[str]:
        sides, metrics = self.game.sides, self.game.metric_names
        return [f"return/{side}" for side in sides] + [f"metric/{name}" for name in metrics]

    def add_games(self, worlds: Worlds) -> None:
        """Counts the games that ended in the last step."""
        out = worlds.out
        if not out.last.any():
            return
        sides = [out.returns[:, list(seats)].mean(1) for seats in self.game.sides.values()]
        values = np.column_stack([*sides, out.metrics]).reshape(self.members, -1, len(self.names()))
        ended = out.last.reshape(self.members, -1)
        self.games += ended.sum(1)
        self.sums += np.where(ended[:, :, None], values, 0).sum(1)  # metrics of worlds yet to end a game are nan

    def add_update(self, metrics: Mapping[str, Tensor]) -> None:
        for name, value in metrics.items():
            self.learned[name] = self.learned.get(name, torch.zeros(())) + value
        self.updates += 1

    def tensors(self) -> dict[str, Tensor]:
        """What has been counted, by name."""
        counted = {"games": torch.from_numpy(self.games), "sums": torch.from_numpy(self.sums)}
        learned = {f"learned.{name}": value for name, value in self.learned.items()}
        return {**counted, "updates": torch.tensor(self.updates), **learned}

    def restore(self, tensors: Mapping[str, Tensor]) -> None:
        """Goes on counting where `tensors` was taken."""
        self.games, self.sums = tensors["games"].numpy().copy(), tensors["sums"].numpy().copy()
        self.updates = int(tensors["updates"])
        prefix = "learned."
        self.learned = {k.removeprefix(prefix): v.clone() for k, v in tensors.items() if k.startswith(prefix)}

    def rows(self, step: int, updates: int) -> tuple[Mapping[str, float], ...]:
        """One row a member; what was not seen since the last report is left out."""
        seats = [seat.name for seat in self.game.seats]
        means = {name: value / self.updates for name, value in sorted(self.learned.items())}
        learned = {name: value.view(self.members, -1).tolist() for name, value in means.items()}
        rows = []
        for member in range(self.members):
            row: dict[str, float] = {"step": step, "member": member, "updates": updates}
            if self.games[member]:
                row |= dict(zip(self.names(), (self.sums[member] / self.games[member]).tolist(), strict=True))
                scores = {side: row[f"return/{side}"] for side in self.game.sides}
                row |= {f"normalised/{side}": value for side, value in normalised_sides(self.game, scores).items()}
            for name, values in learned.items():
                row |= {f"{name}/{seat}": value for seat, value in zip(seats, values[member], strict=True)}
            rows.append(row)
        return tuple(rows)


class Training:
    """M members of one learner in one stack, each with W worlds and a replay of its own."""

    def __init__(
        self, game: Game, learner: Learner, *, steps: int, members: int = 1, worlds: int = 100, seed: int = 0
    ) -> None:
        """Starts training; `steps` world steps a member in all, `worlds` of them at a time."""
        if learner.replay < worlds:
            raise ArenaError(
                f"replay={learner.replay} cannot hold one step of {worlds} worlds; raise it or take fewer worlds"
            )
        self.game, self.learner, self.members = game, learner, members
        self.total_steps, self.width = steps, worlds
        self.spec = Spec.of(game)
        self.rng = torch.Generator().manual_seed(seed_of("training", game.identity, seed))
        self.worlds = game.open(members * worlds)
        self.worlds.reset(np.concatenate([seeds_of(worlds, "train", seed, m) for m in range(members)]))
        self.stack: Any = learner.init(self.spec, members, self.rng)
        row = Row(self.spec.seats, self.spec.obs_width, self.spec.action_width)
        self.replay = Replay(row, members, min(learner.replay, -(-steps // worlds) * worlds))
        self.step, self.updates, self.is_stopping = 0, 0, False
        self.tally = Tally(game, members)

    def run(self, report_steps: int) -> Iterator[Report]:
        """Trains to the end; yields a report after every `report_steps` world steps, and at the end.

        Setting `is_stopping`, also from a signal's handler, ends it after the step that is being done.
        """
        while self.step < self.total_steps and not self.is_stopping:
            self.play_step()
            self.learn()
            if self.step // report_steps > (self.step - self.width) // report_steps or self.step >= self.total_steps:
                rows = self.tally.rows(self.step, self.updates)
                self.tally.clear()  # before the caller may save the state
                yield Report(self.step, self.updates, rows)

    @property
    def progress(self) -> float:
        """The share of training done, from 0 to 1."""
        return min(1.0, self.step / self.total_steps)

    def play_step(self) -> None:
        """One step of every world, remembered."""
        obs = self.by_member(self.worlds.obs)  # [M, A, W, O]
        action = self.learner.act(self.stack, obs.flatten(0, 1), self.progress, self.rng)
        action = action.view(*obs.shape[:3], -1)
        self.worlds.step(action.transpose(0, 1).flatten(1, 2).numpy())  # [A, M*W, U]
        self.tally.add_games(self.worlds)
        self.replay.add(self.transition(obs_before=obs, action=action))
        self.step += self.width

    def by_member(self, x: np.ndarray) -> Tensor:
        """A copy of [A, M*W, ...] as [M, A, W, ...]."""
        split: Tensor = torch.from_numpy(x).unflatten(1, (self.members, -1))
        return split.transpose(0, 1).clone()

    def transition(self, obs_before: Tensor, action: Tensor) -> Transition:
        """What the last step did, with leading axes [M, W]."""
        out = self.worlds.out
        last = torch.from_numpy(out.last).view(self.members, -1)
        seen = torch.where(last[:, None, :, None], self.by_member(out.final_obs), self.by_member(out.obs))
        reward = torch.from_numpy(out.reward).unflatten(0, (self.members, -1))  # [M, W, A]
        discount = torch.from_numpy(out.discount).view(*reward.shape[:2], -1).expand_as(reward)
        return Transition(
            obs=obs_before.transpose(1, 2),
            action=action.transpose(1, 2),
            reward=reward,
            discount=discount,
            next_obs=seen.transpose(1, 2),
            last=last,
            alive=torch.from_numpy(out.alive).view_as(reward),
            frozen=torch.full_like(action, torch.nan).transpose(1, 2),
        )

    def learn(self) -> None:
        """The updates that are due: `samples_per_step` samples for every transition after the warm-up."""
        learner = self.learner
        due = int((self.step - learner.warmup) * learner.samples_per_step / learner.batch_size)
        while self.updates < due:
            batch = self.replay.sample(learner.batch_size, self.rng)
            self.tally.add_update(learner.update(self.stack, batch, self.progress, self.rng))
            self.updates += 1
