"""Training as a generator: worlds -> transition -> replay -> update, and a report now and then.

Saving, logging, rating and stopping are the body of the caller's for loop.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from math import isfinite

import numpy as np
import torch
from torch import Tensor

from agents.training.guests import Guests, part_of_guests
from agents.training.learner import Learner
from agents.training.replay import Replay, Row
from agents.training.tally import Tally
from agents.training.team import Holders, Part, parts_of
from arena.draw import seed_of, seeds_of
from arena.errors import ArenaError
from arena.game import Game
from arena.memory import free_bytes
from arena.transition import Transition

EXPLODED = 1e12  # no loss and no value of a run that still learns is as large


@dataclass(frozen=True)
class Report:
    """Where training stands; `rows` holds one dict of numbers for each member."""

    step: int  # world steps of each member so far
    updates: int
    rows: tuple[Mapping[str, float], ...]

    def diverged(self) -> dict[int, str]:
        """The members whose training has diverged, each with what shows it: no finite number, or one beyond sense."""
        found: dict[int, str] = {}
        for member, row in enumerate(self.rows):
            for name, value in row.items():
                if not abs(value) <= EXPLODED:
                    found.setdefault(member, f"{name} is {'not finite' if not isfinite(value) else f'{value:.0e}'}")
        return found


class Training:
    """A team of learners, M members of it in one stack, each with W worlds and a replay of its own."""

    def __init__(
        self,
        game: Game,
        learner: Learner | Holders,
        *,
        steps: int,
        members: int = 1,
        worlds: int = 100,
        seed: int = 0,
        guests: Guests | None = None,
    ) -> None:
        """Starts training; `steps` world steps a member in all, `worlds` of them at a time.

        `learner` trains all sides, or is a mapping that says who learns or plays each. `guests` may hold some seats
        of whoever learns.
        """
        holders = learner if isinstance(learner, Mapping) else dict.fromkeys(game.sides, learner)
        self.game, self.members = game, members
        self.total_steps, self.width = steps, worlds
        self.rng = torch.Generator().manual_seed(seed_of("training", game.identity, seed))
        self.replay = self.empty_replay(holders)
        self.worlds = game.open(members * worlds)
        self.worlds.reset(np.concatenate([seeds_of(worlds, "train", seed, m) for m in range(members)]))
        self.parts = parts_of(game, holders, members, worlds, self.rng)
        self.learning = [part for part in self.parts if part.learns]
        self.guests = part_of_guests(guests, game, members, worlds, self.rng) if guests else None
        if self.guests:
            self.parts.append(self.guests)  # last, so that they act in the place of who learns
        self.step, self.is_stopping = 0, False
        self.tally = Tally(game, members, [part.spec.mine for part in self.learning])

    def empty_replay(self, holders: Holders) -> Replay:
        """A replay for the transitions that learners want of a member, or for all there will be.

        ArenaError if it does not fit in memory, with what they keep beside it.
        """
        wanted = max(holder.replay for holder in holders.values())
        beside = sum(holders[side].ranking_bytes * len(seats) for side, seats in self.game.sides.items())
        rounds = -(-self.total_steps // self.width)
        if wanted < self.width:
            raise ArenaError(
                f"replay={wanted} cannot hold one step of {self.width} worlds; raise it or take fewer worlds"
            )
        row = Row(len(self.game.seats), self.game.observation_width, self.game.action_width)
        capacity = min(wanted, rounds * self.width)
        what = f"a replay of {capacity:,} transitions a member" + " and its priorities" * bool(beside)
        check_memory(self.members * (4 * capacity * row.width + beside), what)
        return Replay(row, self.members, capacity, self.width)

    @property
    def updates(self) -> int:
        """Updates so far, of all learners of the team."""
        return sum(part.updates for part in self.learning)

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
        action, owner = self.act(obs)
        self.worlds.step(action.transpose(0, 1).flatten(1, 2).numpy())  # [A, M*W, U]
        self.tally.add_games(self.worlds)
        transition = self.transition(obs, action, owner)
        self.replay.add(transition)
        for part in self.parts:
            part.count(transition)
        self.step += self.width

    def act(self, obs: Tensor) -> tuple[Tensor, Tensor]:
        """What all seats do, [M, A, W, U], and which of their policies does it, [M, A, W]."""
        action = torch.zeros(*obs.shape[:3], self.replay.row.action_width)
        owner = torch.zeros(obs.shape[:3])
        for part in self.parts:
            part.put(action, 1, part.act(obs, self.progress, self.rng))
            if part.learns:
                part.put(owner, 1, part.learner.owner(part.memory).view(self.members, -1, self.width))
        return action, owner

    def by_member(self, x: np.ndarray) -> Tensor:
        """A copy of [A, M*W, ...] as [M, A, W, ...]."""
        split: Tensor = torch.from_numpy(x).unflatten(1, (self.members, -1))
        return split.transpose(0, 1).clone()

    def transition(self, obs_before: Tensor, action: Tensor, owner: Tensor) -> Transition:
        """What the last step did, with leading axes [M, W]."""
        out = self.worlds.out
        last = torch.from_numpy(out.last).view(self.members, -1)
        seen = torch.where(last[:, None, :, None], self.by_member(out.final_obs), self.by_member(out.obs))
        reward = torch.from_numpy(out.reward).unflatten(0, (self.members, -1))  # [M, W, A]
        discount = torch.from_numpy(out.discount).view(*reward.shape[:2], -1).expand_as(reward)
        alive = torch.from_numpy(out.alive).view_as(reward)
        if self.guests:  # who learns took no part in what they did
            alive = alive * ~self.guests.seated.transpose(1, 2)
        return Transition(
            obs=obs_before.transpose(1, 2),
            action=action.transpose(1, 2),
            reward=reward,
            discount=discount,
            next_obs=seen.transpose(1, 2),
            last=last,
            alive=alive,
            frozen=self.frozen(seen).transpose(1, 2),
            owner=owner.transpose(1, 2),
        )

    def frozen(self, seen: Tensor) -> Tensor:
        """What held players do next, [M, A, W, U], where a learner asks for it; nan for all others."""
        action = torch.full((*seen.shape[:3], self.replay.row.action_width), torch.nan)
        if not any(part.learner.reads_others for part in self.learning):
            return action
        for part in self.parts:
            if not part.learns:
                own = part.cut(seen, 1).flatten(0, 1)
                following = part.learner.next_action(part.stack, own, part.memory)
                part.put(action, 1, following.view(self.members, -1, *following.shape[1:]))
        return action

    def learn(self) -> None:
        """The updates that are due: `samples_per_step` samples for every transition after the warm-up."""
        for index, part in enumerate(self.learning):
            learner = part.learner
            due = int((self.step - learner.warmup) * learner.samples_per_step / learner.batch_size)
            while part.updates < due:
                batch = part.sample(self.replay, self.progress, self.rng)
                if learner.reads_others and len(self.learning) > 1:
                    batch = self.with_others(part, batch)
                self.tally.add_update(index, learner.update(part.stack, batch, self.progress, self.rng))
                part.updates += 1

    def with_others(self, part: Part, batch: Transition) -> Transition:
        """The batch with what the target policies of other learners do next in `frozen`."""
        frozen = batch.frozen.clone()
        for other in self.learning:
            if other is not part:
                following = other.learner.next_action(other.stack, batch, self.rng)  # [N, K, U]
                following = following.view(self.members, -1, *following.shape[1:]).transpose(1, 2)
                other.put(frozen, 2, following)
        return replace(batch, frozen=frozen)


def check_memory(needed: int, what: str) -> None:
    """ArenaError if `needed` bytes are more than the machine has free."""
    free = free_bytes()
    if needed > free:
        raise ArenaError(
            f"{what} would take {needed / 2**30:.1f} GiB, and {free / 2**30:.1f} GiB are free; "
            "lower --setting replay=N, --seeds or --steps"
        )
