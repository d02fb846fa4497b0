"""Who learns or plays which seats: `maddpg` for all sides, or `adversary=ddpg,good=maddpg` for a mixed team."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Generator, Tensor

from agents.training.held import Held
from agents.training.learner import Learner, Spec
from agents.training.normalise import Normaliser
from agents.training.replay import Replay
from agents.training.settings import find_learner, names_of
from arena.errors import ArenaError, nearest
from arena.game import Game
from arena.player import Player
from arena.transition import Transition

Holders = Mapping[str, Learner | Held]  # who learns or plays each side


@dataclass
class Part:
    """A learner, or a player that stays as it is, with the B seats that it holds in every world of every member."""

    learner: Any
    spec: Spec
    stack: Any
    memory: Tensor  # [N, W, H]
    normaliser: Normaliser | None = None  # of a learner that wants one
    updates: int = 0

    @property
    def learns(self) -> bool:
        """Whether it is a learner."""
        return not isinstance(self.learner, Held)

    def cut(self, x: Tensor, axis: int) -> Tensor:
        """The seats of this part among all A on an axis of `x`; all of them are not copied."""
        return x if self.spec.is_whole else torch.index_select(x, axis, self.spec.index)

    def put(self, x: Tensor, axis: int, own: Tensor) -> None:
        """Writes what is of this part into its seats of `x`."""
        x.copy_(own) if self.spec.is_whole else x.index_copy_(axis, self.spec.index, own)

    def act(self, obs: Tensor, progress: float, rng: Generator) -> Tensor:
        """The actions [M, B, W, U] for what all seats see, [M, A, W, O]."""
        seen = self.normaliser.seen(obs) if self.normaliser else obs
        own = self.cut(seen, 1).flatten(0, 1)
        if isinstance(self.learner, Held):
            action = self.learner.act(self.stack, own, self.memory)
        else:
            action = self.learner.act(self.stack, own, self.memory, progress, rng)
        return action.view(obs.shape[0], -1, *action.shape[1:])

    def sample(self, replay: Replay, progress: float, rng: Generator) -> Any:
        """A batch to learn from."""
        own = replay.recent(self.learner.replay)
        seen = own.through(self.normaliser.drawn) if self.normaliser else own
        return self.learner.sample(self.stack, seen, progress, rng)

    def policy(self, member: int) -> tuple[dict[str, Tensor], dict[str, Any]]:
        """The weights of a member's policy, for observations as they are, and how to act with them."""
        tensors, acting = self.learner.policy(self.stack, member)
        return (self.normaliser.fold(tensors, member, self.spec.index) if self.normaliser else tensors), acting

    def count(self, t: Transition) -> None:
        """Goes on to the next frame after a step of every world, [M, W]; memory starts anew after a game's last one."""
        if self.normaliser:
            self.normaliser.watch(t)
        if not self.learns:
            self.learner.count(self.stack, t.last)
        if self.memory.shape[-1]:
            self.memory.masked_fill_(t.last.bool().repeat_interleave(len(self.spec.mine), 0).unsqueeze(-1), 0)


def parts_of(game: Game, holders: Holders, members: int, worlds: int, rng: Generator) -> list[Part]:
    """The parts of a team in the order of the sides; sides whose learners are equal are one part."""
    groups: dict[Any, list[int]] = {}
    for side, own in game.sides.items():
        groups.setdefault(holders[side], []).extend(own)
    parts = []
    for learner, seats in groups.items():
        spec = Spec.of(game, tuple(sorted(seats)))
        memory = torch.zeros(members * len(seats), worlds, learner.memory_width(spec))
        width = {"worlds": worlds} if isinstance(learner, Held) else {}
        part = Part(learner, spec, learner.init(spec, members, rng, **width), memory)
        if part.learns and (learner.normalise_obs or learner.normalise_reward):
            part.normaliser = Normaliser(learner, members, spec.seats, spec.obs_width, worlds)
        parts.append(part)
    check_team([part.learner for part in parts if part.learns])
    return parts


def check_team(learners: Sequence[Any]) -> None:
    """ArenaError if learners of a mixed team cannot do together."""
    reads = any(learner.reads_others for learner in learners)
    if reads and len({learner.normalise_obs for learner in learners}) > 1:
        raise ArenaError(
            "a critic of this team reads what others see: set normalise_obs for all of its learners, or for none"
        )
    has_memory = {learner.recurrent for learner in learners}
    if len(has_memory) > 1 and any(learner.reads_others and not learner.recurrent for learner in learners):
        raise ArenaError(
            "a critic of this team reads what others do, who remember: set recurrent for all its learners, or for none"
        )


def is_mixed(algo: str) -> bool:
    """Whether a word names somebody for each side."""
    return "=" in algo


def by_side(algo: str, game: Game) -> dict[str, str]:
    """The word that names who holds each side; ArenaError if a side is missing or not one."""
    if not is_mixed(algo):
        return dict.fromkeys(game.sides, algo)
    words = named_sides("--algo", algo, game.sides)
    if missing := [side for side in game.sides if side not in words]:
        raise ArenaError(f"--algo {algo}: who is to learn {missing[0]}? Add {missing[0]}=maddpg, or a player")
    return words


def named_sides(option: str, text: str, sides: Iterable[str]) -> dict[str, str]:
    """The words of SIDE=WORD,SIDE=WORD; ArenaError if one is not of these sides, or comes twice."""
    words: dict[str, str] = {}
    for item in text.split(","):
        side, _, word = item.strip().partition("=")
        if side not in sides:
            raise ArenaError(f"{option} {text}: there is no side {side!r} here; {nearest(side, sides)}")
        if side in words or not word:
            raise ArenaError(f"{option} {text}: name one for {side}")
        words[side] = word
    return words


def learners_of(words: Mapping[str, str], preset: str, settings: Mapping[str, Any]) -> dict[str, Any]:
    """The learner of each side; a setting SIDE.NAME is for one side, NAME for all that have it.

    A preset is for all of them, or of the form SIDE=PRESET,SIDE=PRESET for some.
    """
    presets = named_sides("--preset", preset, words) if is_mixed(preset) else dict.fromkeys(words, preset)
    common = {name: value for name, value in settings.items() if "." not in name}
    learners = {side: find_learner(word, presets.get(side, "")) for side, word in words.items()}
    known = set().union(*(names_of(learner) for learner in learners.values()))
    if unknown := [name for name in common if name not in known]:
        raise ArenaError(
            f"{' and '.join(dict.fromkeys(words.values()))}: no setting {unknown[0]!r}; {nearest(unknown[0], known)}"
        )
    chosen = {}
    for side, word in words.items():
        own = {name: value for name, value in common.items() if name in names_of(learners[side])}
        own |= {name.partition(".")[2]: value for name, value in settings.items() if name.partition(".")[0] == side}
        chosen[side] = find_learner(word, presets.get(side, ""), own)
    if unknown := [name.partition(".")[0] for name in settings if "." in name and name.partition(".")[0] not in words]:
        raise ArenaError(f"there is no side {unknown[0]!r} that learns; {nearest(unknown[0], words)}")
    return chosen


def held(player: Player, game: Game, side: str) -> Held:
    """A player that holds a side while others learn; ArenaError if it cannot."""
    if side not in player.sides:
        raise ArenaError(
            f"{player.name} cannot hold the side {side} of {game.name}; it holds {', '.join(player.sides)}"
        )
    return Held.by(player, game.action_width)
