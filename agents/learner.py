"""What a learner is: the contract of the files in this folder that train something.

A learner is a module with PRESETS: named settings, the default first, each a frozen dataclass that follows the
protocol `Learner`. Its stack holds M members x A seats = N networks, member by member.
"""

import importlib
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields, replace
from pathlib import Path
from typing import Any, Protocol

from torch import Generator, Tensor

from arena.errors import ArenaError, nearest
from arena.game import Game, Head
from arena.transition import Transition, seat_major

Metrics = dict[str, Tensor]  # each [N]
DEEPEST = 16  # hidden layers
LARGEST_REAL, LARGEST_COUNT = 1e30, 2**31  # in a setting
SHARES = ("gamma", "tau", "lr_end", "epsilon_start", "epsilon_end", "epsilon_share")
LARGEST = {**dict.fromkeys(SHARES, 1.0), "samples_per_step": 100_000.0}


@dataclass(frozen=True)
class Spec:
    """What a learner needs to know of a game."""

    sees: tuple[int, ...]  # [A] width of each seat's observation
    obs_width: int  # O
    action_width: int  # U
    heads: tuple[tuple[Head, ...], ...] = ()  # [A] what each seat decides; the default: one choice among all U

    def __post_init__(self) -> None:
        if not self.heads:
            object.__setattr__(self, "heads", ((Head(0, self.action_width),),) * len(self.sees))

    @property
    def seats(self) -> int:
        return len(self.sees)

    @classmethod
    def of(cls, game: Game) -> "Spec":
        sees, heads = (tuple(getattr(seat, name) for seat in game.seats) for name in ("sees", "heads"))
        return cls(sees, game.observation_width, game.action_width, heads)


class Stack(Protocol):
    """N networks in training, and everything that training needs to go on."""

    def tensors(self) -> Mapping[str, Tensor]:
        """Every tensor of the state by name, as views: reading them saves a stack, filling them restores it."""
        ...


class Learner(Protocol):
    """The settings of a learner, and the pure functions of a stack."""

    batch_size: int
    samples_per_step: float  # samples drawn from the replay per transition added to it
    warmup: int  # transitions per member before the first update
    replay: int  # transitions kept per member

    def init(self, spec: Spec, members: int, rng: Generator) -> Any:
        """A fresh stack."""
        ...

    def act(self, stack: Any, obs: Tensor, progress: float, rng: Generator) -> Tensor:
        """Exploring actions [N, W, U] for observations [N, W, O]; progress in [0, 1] is the share of training done."""
        ...

    def update(self, stack: Any, batch: Transition, progress: float, rng: Generator) -> Metrics:
        """One step of every network on a batch with leading axes [M, K]."""
        ...

    def policy(self, stack: Any, spec: Spec, member: int) -> tuple[dict[str, Tensor], dict[str, Any]]:
        """The weights of a member's policy, and the card entries that say how to act with them."""
        ...


def mean_alive(x: Tensor, batch: Transition) -> Tensor:
    """The mean [N] of `x` [N, K] over the samples in which its seat took part; 0 if it did in none."""
    alive = seat_major(batch.alive)
    return (x * alive).sum(1) / alive.sum(1).clamp_min(1)


def known_learners() -> tuple[str, ...]:
    """The names of the learners on disk: the files of this folder that define PRESETS."""
    files = Path(__file__).parent.glob("*.py")
    return tuple(sorted(f.stem for f in files if "\nPRESETS" in f.read_text(encoding="utf-8")))


def find_learner(name: str, preset: str = "", settings: Mapping[str, Any] | None = None) -> Any:
    """The learner `name` with a preset's settings, changed by `settings`; ArenaError with the nearest name."""
    known = known_learners()
    if name not in known:
        raise ArenaError(f"there is no learner {name!r}; {nearest(name, known)}")
    presets = importlib.import_module(f"agents.{name}").PRESETS
    preset = preset or next(iter(presets))
    if preset not in presets:
        raise ArenaError(f"{name} has no preset {preset!r}; {nearest(preset, presets)}")
    return change(name, presets[preset], settings or {})


def change(name: str, learner: Any, settings: Mapping[str, Any]) -> Any:
    """The learner with other values of some settings, each checked against the type of its default."""
    known = {field.name for field in fields(learner) if field.default is not MISSING}  # the others say what it is
    for key, value in settings.items():
        if key not in known:
            raise ArenaError(f"{name} has no setting {key!r}; {nearest(key, known)}")
        if not _fits(
            value, getattr(learner, key), lowest=0 if key == "warmup" else 1, largest=LARGEST.get(key, LARGEST_REAL)
        ):
            raise ArenaError(f"{name}: setting {key} cannot be {value!r}; its default is {getattr(learner, key)!r}")
    return replace(learner, **{k: type(getattr(learner, k))(v) for k, v in settings.items()})


def _fits(value: Any, default: Any, lowest: int = 1, largest: float = LARGEST_REAL) -> bool:
    """Whether a setting is of its default's type and in range: a whole number from `lowest`, a real to `largest`."""
    if isinstance(default, bool) or isinstance(value, bool):
        return isinstance(value, bool) and isinstance(default, bool)
    if isinstance(default, float):
        return isinstance(value, int | float) and 0 <= value <= largest
    if isinstance(default, tuple):
        return isinstance(value, list | tuple) and len(value) <= DEEPEST and all(_fits(v, 1) for v in value)
    return isinstance(value, int) and lowest <= value <= LARGEST_COUNT
