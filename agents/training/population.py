"""A population for each side of a game: its members learn in one stack, each in worlds of its own.

There the other side is held by players of a bank, drawn for each game: the other population as it stood when a round
began, and players that stay as they are. In a game of one side they are guests in the member's team: the other members,
and players that stay as they are; or nobody. A round is as many steps as the longest game takes.

Axes: M members of a side, P players of a bank.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

import numpy as np

from agents.policies.bank import Bank
from agents.policies.export import player_of
from agents.training.guests import Guests
from agents.training.held import Held
from agents.training.learner import Learner, Spec
from agents.training.loop import Report, Training
from agents.training.members import RANKING, Own, by_member, fresh, put
from agents.training.team import Part
from arena.draw import seed_of
from arena.errors import ArenaError
from arena.game import Game
from arena.player import Player


class Population:
    """The learners of one or two sides of a game."""

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
        visitors: Sequence[Player] = (),
    ) -> None:
        """`members` of each side's learner, each of which takes `steps` world steps in all, `worlds` at a time.

        `algo` is what the learners are called on cards; `visitors` are players of other kinds that may be met.
        """
        if len(game.sides) > 2:
            raise ArenaError(f"{game.name} has {len(game.sides)} sides; a league trains games of one or two")
        self.game, self.algo, self.seed = game, algo, seed
        self.round_steps = worlds * game.cycles  # world steps of a member in a round
        self.trainings: dict[str, Training] = {}
        for side, learner in learners.items():
            rival = self.rival_of(side)
            widths = [learners[rival].memory_width(Spec.of(game, tuple(game.sides[rival])))]
            room = max(widths + [player.policy.memory_width for player in visitors])
            own: Any = {"steps": steps, "members": members[side], "worlds": worlds, "seed": self.seed_of(side)}
            if len(game.sides) == 1:
                guests = Guests(Bank((), game.action_width), np.zeros((members[side], 0)), room)
                self.trainings[side] = Training(game, learner, guests=guests, **own)
            else:
                held = Held(Bank((), game.action_width), np.ones((1, 1)), room)
                self.trainings[side] = Training(game, {side: learner, rival: held}, **own)
        self.kept: dict[str, list[Own]] = {}
        self.keep()

    def seed_of(self, *words: int | str) -> int:
        """A seed for what the words say."""
        return seed_of("population", self.seed, *words)

    def rival_of(self, side: str) -> str:
        """The other side; in a game of one side, that one."""
        return next((other for other in self.game.sides if other != side), side)

    def player(self, side: str, member: int) -> Player:
        """What a member has learned, as it stands; ArenaError if its weights are not finite."""
        return player_of(self.trainings[side], member, self.algo)

    def meet(self, side: str, past: Sequence[Player], chances: np.ndarray) -> None:
        """From their next games on, the members of a side meet the other population and then `past`.

        Each member by its own `chances` [M, P]. In a game of one side the other population is their own: who meets
        itself has a team of its own.
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
        held.chances = chances.copy()
        if len(self.game.sides) == 1:
            np.fill_diagonal(held.chances, 0)

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

    def own(self, side: str) -> list[Own]:
        """What the stack of a side holds of each member, as views."""
        part = self.learning(side)
        return by_member(part, part.stack.tensors(), self.trainings[side].members)

    def keep(self) -> None:
        """Remembers all networks as they stand, to go back to."""
        for side in self.trainings:
            self.kept[side] = [{name: x.clone() for name, x in own.items()} for own in self.own(side)]

    def roll_back(self, side: str, member: int) -> None:
        """Puts a member's networks where they were before the last training.

        What it did that was no action has left its seats at rest, and is remembered as that.
        """
        put(self.own(side)[member], self.kept[side][member])
        replay = self.trainings[side].replay
        replay.row.unpack(replay.rows[member]).action.nan_to_num_(0.0)

    def restart(self, side: str, member: int, life: int) -> None:
        """Gives a member new networks; what it has seen in its lives before stays in its memory, ranked as it was."""
        own, new = self.own(side)[member], fresh(self.learning(side), self.seed_of(side, member, life))
        put(own, {name: new[name] for name in own if not name.startswith(RANKING)})


def report_of(training: Training) -> Report:
    """What a side's members have measured since they were asked last."""
    rows = training.tally.rows(training.step, training.updates)
    training.tally.clear()
    return Report(training.step, training.updates, rows)
