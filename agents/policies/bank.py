"""Many players for the same seats, each row of a batch held by one of them: alike networks act in one compiled call.

Axes: M rows, P players, O observation width, U action width, H memory width.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol

import numpy as np

import arena.draw
from agents.policies.forward import forward_row
from agents.policies.neural import NeuralPolicy, TeamPolicy, decide
from arena.engine.cache import compile_cached, source_digest
from arena.player import Player, Policy


class Voice(Protocol):
    """What acts for some rows of a batch."""

    def act(
        self, chosen: np.ndarray, obs: np.ndarray, memory: np.ndarray, stream: np.ndarray, step: np.ndarray
    ) -> np.ndarray:
        """The actions [M, U] of the players `chosen` [M]; changes `memory` in place."""
        ...


class Bank:
    """Players by number, from 0; any of them may be exchanged for another."""

    def __init__(self, players: Iterable[Player], action_width: int) -> None:
        self.players, self.action_width = list(players), action_width
        self._alike: dict[int, Alike] = {}  # by seat, made when it is first played

    def __len__(self) -> int:
        return len(self.players)

    def put(self, number: int, player: Player) -> None:
        """Gives a number, at most the next one, to a player."""
        self.players[number : number + 1] = [player]
        for alike in self._alike.values():
            alike.put(number, player.policy)

    @property
    def memory_width(self) -> int:
        """H: the most that a player keeps during a game."""
        return max((player.policy.memory_width for player in self.players), default=0)

    def act(
        self, seat: int, chosen: np.ndarray, obs: np.ndarray, memory: np.ndarray, stream: np.ndarray, step: np.ndarray
    ) -> np.ndarray:
        """The actions float32 [M, U] of the players `chosen` [M] at the frames `step` [M].

        Each row is what its player does alone, to the bit; see arena.player.Policy.
        """
        action = np.zeros((len(obs), self.action_width), np.float32)
        for voice, rows in self._voices(seat, chosen):
            kept = memory[rows]
            action[rows] = voice.act(chosen[rows], obs[rows], kept, stream[rows], step[rows])
            memory[rows] = kept
        return action

    def _voices(self, seat: int, chosen: np.ndarray) -> Iterator[tuple[Voice, np.ndarray]]:
        """Who acts for which rows."""
        if seat not in self._alike:
            self._alike[seat] = Alike(seat)
            for number, player in enumerate(self.players):
                self._alike[seat].put(number, player.policy)
        alike = self._alike[seat]
        holds = alike.holds[chosen]
        if holds.any():
            yield alike, np.flatnonzero(holds)
        for number in np.unique(chosen[~holds]):
            yield Alone(self.players[number].policy, seat), np.flatnonzero(chosen == number)


@dataclass(frozen=True)
class Alone:
    """A player that is asked by itself, frame by frame."""

    policy: Policy
    seat: int

    def act(
        self, chosen: np.ndarray, obs: np.ndarray, memory: np.ndarray, stream: np.ndarray, step: np.ndarray
    ) -> np.ndarray:
        """See Voice."""
        frames = np.unique(step)
        if len(frames) == 1:
            return np.asarray(self.policy.act(self.seat, obs, memory, stream, int(frames[0])), np.float32)
        parts = []
        for frame in frames:
            rows = np.flatnonzero(step == frame)
            kept = memory[rows]
            parts.append((rows, self.policy.act(self.seat, obs[rows], kept, stream[rows], int(frame))))
            memory[rows] = kept
        action = np.zeros((len(obs), parts[0][1].shape[1]), np.float32)
        for rows, part in parts:
            action[rows] = part
        return action


class Alike:
    """The networks that a seat has in common, by the number of their player: those shaped as the first one found."""

    def __init__(self, seat: int) -> None:
        self.seat = seat
        self.holds = np.zeros(0, np.bool_)  # [P] whose networks are here
        self.weights = np.zeros((0, 0), np.float32)  # [P, size of a network]
        self.model: NeuralPolicy | None = None

    def put(self, number: int, policy: Policy) -> None:
        """Takes a player's network, if it is shaped as the others."""
        while number >= len(self.holds):  # twice the room, so that players are not copied as often as they come
            self.holds = np.concatenate([self.holds, np.zeros(max(8, len(self.holds)), np.bool_)])
        network = network_of(policy, self.seat)
        if network and self.model is None and not len(network.support[0]):
            self.model = network
        self.holds[number] = is_alike = bool(network and self.model and shape_of(network) == shape_of(self.model))
        if not (network and is_alike):
            return
        row = network.weights[network.row_of[self.seat]]
        if len(self.weights) < len(self.holds):
            room = np.zeros((len(self.holds), len(row)), np.float32)
            room[: len(self.weights)] = self.weights.reshape(-1, len(row))
            self.weights = room
        self.weights[number] = row

    def act(
        self, chosen: np.ndarray, obs: np.ndarray, memory: np.ndarray, stream: np.ndarray, step: np.ndarray
    ) -> np.ndarray:
        """See Voice."""
        model = self.model
        assert model is not None  # somebody is here
        out = np.zeros((len(obs), model.action_width), np.float32)
        buffer = np.empty((3, max(model.widths.max(), 3 * model.memory_width)), np.float32)
        own = memory[:, : model.memory_width]
        rule = model.rule(self.seat)
        _compiled_act()(
            self.weights, chosen.astype(np.int64), model.widths, model.normed, rule, obs, own, stream, step, buffer, out
        )
        return out


def network_of(policy: Policy, seat: int) -> NeuralPolicy | None:
    """The policy of one network that plays a seat, or None if it is played by something else."""
    if isinstance(policy, TeamPolicy):
        return network_of(policy.parts[policy.part_of[seat]], seat)
    return policy if isinstance(policy, NeuralPolicy) else None


def shape_of(policy: NeuralPolicy) -> tuple[Any, ...]:
    """What networks must have in common to act together."""
    return tuple(policy.widths), policy.normed, policy.head, policy.act_rule, policy.memory_width, policy.support.shape


@cache
def _compiled_act() -> Any:
    import sys

    return compile_cached(act_rows_of, source_digest(sys.modules[__name__], arena.draw))


def act_rows_of(weights, chosen, widths, normed, rule, obs, memory, stream, step, buffer, out):
    """`neural.act_rows` with the network `weights[chosen[row]]` and the frame `step[row]` of every row."""
    for row in range(obs.shape[0]):
        for k in range(widths[0]):
            buffer[0, k] = obs[row, k]
        outputs = buffer[forward_row(weights[chosen[row]], widths, normed, memory[row], buffer)]
        decide(outputs, widths[-1], rule, stream[row], step[row], out[row])
