"""A population for each side of a game: its members learn in one stack, in worlds of their own, against the other side.

There the other side is held by players of a bank, drawn for each game: the other population as it stood when a round
began, and players that stay as they are. A round is as many steps as the longest game takes.

Axes: M members of a side, P players of a bank.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress

import numpy as np
from torch import Generator, Tensor

from agents.policies.bank import Bank
from agents.policies.export import player_of
from agents.training.held import Held
from agents.training.learner import Learner, Spec
from agents.training.loop import Report, Training
from agents.training.team import Part
from arena.draw import seed_of
from arena.errors import ArenaError
from arena.game import Game
from arena.player import Player


class Population:
    """The learners of the two sides of a game."""

    def __init__(
        self,
        game: Game,
        learners: Mapping[str, Learner],
        members: Mapping[str, int],
        *,
        algo: str,
        steps: int,
        worlds: int,
        seed: int,
        guests: Sequence[Player] = (),
    ) -> None:
        """`members` of each side's learner, each of which takes `steps` world steps in all, `worlds` at a time.

        `algo` is what the learners are called on cards; `guests` are players of other kinds that may be met.
        """
        if len(game.sides) != 2:
            raise ArenaError(f"{game.name} has {len(game.sides)} sides; a league trains games of two")
        self.game, self.algo, self.seed = game, algo, seed
        room = max(player.policy.memory_width for player in guests) if guests else 0
        self.round_steps = worlds * game.cycles  # world steps of a member in a round
        self.trainings: dict[str, Training] = {}
        for side, learner in learners.items():
            rival = self.rival_of(side)
            spec = Spec.of(game, tuple(game.sides[rival]))
            kept = max(learners[rival].memory_width(spec), room)
            held = Held(Bank((), game.action_width), np.ones((1, 1)), kept)
            own = {"steps": steps, "members": members[side], "worlds": worlds, "seed": self.seed_of(side)}
            self.trainings[side] = Training(game, {side: learner, rival: held}, **own)
        self.kept: dict[str, dict[str, Tensor]] = {}
        self.keep()

    def seed_of(self, *words: int | str) -> int:
        """A seed for what the words say."""
        return seed_of("population", self.seed, *words)

    def rival_of(self, side: str) -> str:
        """The other side."""
        return next(other for other in self.game.sides if other != side)

    def player(self, side: str, member: int) -> Player:
        """What a member has learned, as it stands; ArenaError if its weights are not finite."""
        return player_of(self.trainings[side], member, self.algo)

    def meet(self, side: str, past: Sequence[Player], chances: np.ndarray) -> None:
        """From their next games on, the members of a side meet the other population and then `past`.

        Each member by its own `chances` [M, P].
        """
        part = self.held(side)
        held, bank = part.learner, part.learner.bank
        first = self.trainings[self.rival_of(side)].members
        if len(bank) < first:
            self.refresh(side)
        for number, player in enumerate(past, start=first):
            if player.policy.memory_width > part.memory.shape[-1]:
                raise ArenaError(f"{player.name} keeps more in memory than this league has room for; start a new one")
            if number >= len(bank) or bank.players[number] is not player:
                bank.put(number, player)
        held.chances = chances

    def train(self, rounds: int) -> dict[str, Report]:
        """Trains everybody for so many rounds; a report for each side."""
        self.keep()
        for _ in range(rounds):
            for side in self.trainings:
                self.refresh(side)
            for training in self.trainings.values():
                for _ in range(self.game.cycles):
                    training.play_step()
                    training.learn()
        return {side: report_of(training) for side, training in self.trainings.items()}

    def refresh(self, side: str) -> None:
        """Lets the members of a side meet the other population as it stands now; of who has diverged, as it stood."""
        part, rival = self.held(side), self.rival_of(side)
        for number in range(self.trainings[rival].members):
            with suppress(ArenaError):
                part.learner.bank.put(number, self.player(rival, number))
        part.stack.ahead = None  # what was foreseen of those who have changed

    def held(self, side: str) -> Part:
        """The opponents where a side trains."""
        return next(part for part in self.trainings[side].parts if not part.learns)

    def learning(self, side: str) -> Part:
        """A side's members."""
        return self.trainings[side].learning[0]

    def keep(self) -> None:
        """Remembers all networks as they stand, to go back to."""
        for side in self.trainings:
            self.kept[side] = {name: x.clone() for name, x in self.learning(side).stack.tensors().items()}

    def roll_back(self, side: str, member: int) -> None:
        """Puts a member's networks where they were before the last training.

        What it did that was no action has left its seats at rest, and is remembered as that.
        """
        own = {name: self.rows(side, self.kept[side][name])[member] for name in self.owned(side)}
        self.copy(side, member, own)
        replay = self.trainings[side].replay
        replay.row.unpack(replay.rows[member]).action.nan_to_num_(0.0)

    def restart(self, side: str, member: int, life: int) -> None:
        """Gives a member new networks; what it has seen in its lives before stays in its memory, ranked as it was."""
        fresh = self.fresh(side, self.seed_of(side, member, life))
        self.copy(side, member, {name: fresh[name] for name in self.owned(side) if not name.startswith("ranking.")})

    def copy(self, side: str, member: int, own: Mapping[str, Tensor]) -> None:
        """Writes `own` into a member's part of the tensors of its stack."""
        tensors = self.learning(side).stack.tensors()
        for name, x in own.items():
            self.rows(side, tensors[name])[member].copy_(x)

    def owned(self, side: str) -> list[str]:
        """The names of the tensors that hold a part of each member; the others are of all of them together."""
        members, tensors = self.trainings[side].members, self.learning(side).stack.tensors()
        alone = self.fresh(side, 0)
        return [name for name, x in alone.items() if x.dim() and len(x) * members == len(tensors[name])]

    def fresh(self, side: str, seed: int) -> Mapping[str, Tensor]:
        """The tensors of a stack of one new member."""
        part = self.learning(side)
        found: Mapping[str, Tensor] = part.learner.init(part.spec, 1, Generator().manual_seed(seed)).tensors()
        return found

    def rows(self, side: str, x: Tensor) -> Tensor:
        """A tensor of a stack by member, [M, ...], as a view."""
        by_member: Tensor = x.unflatten(0, (self.trainings[side].members, -1))
        return by_member


def report_of(training: Training) -> Report:
    """What a side's members have measured since they were asked last."""
    rows = training.tally.rows(training.step, training.updates)
    training.tally.clear()
    return Report(training.step, training.updates, rows)
