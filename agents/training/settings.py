"""Settings of learners: what they have in common, and how a learner is found by name and changed."""

import importlib
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass, field, fields, replace
from math import cos, pi
from pathlib import Path
from typing import Any

from torch import Generator, Tensor

from agents.networks.optimise import OPTIMISERS
from agents.networks.perceptron import INITIALISERS
from agents.training.learner import Spec
from agents.training.replay import Replay
from arena.errors import ArenaError, nearest

DEEPEST = 16  # hidden layers
LONGEST = 1000  # steps that are looked at together
LARGEST_REAL, LARGEST_COUNT = 1e30, 2**31  # in a setting
SCHEDULES = ("linear", "cosine")


def one_of(*words: str) -> Any:
    """A setting that is one of some words; the first is the default."""
    return field(default=words[0], metadata={"words": words})


def between(default: float, low: float, high: float) -> Any:
    """A setting that lies between two numbers; a whole one, if its default is."""
    return field(default=default, metadata={"range": (low, high)})


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What every learner lets one choose."""

    hidden: tuple[int, ...] = (64, 64)
    normed: bool = False  # layer norm before each ReLU
    shared: bool = False  # one network for those seats of a side that are alike, told apart by a bias each
    recurrent: bool = False  # the last hidden layer is a GRU, which remembers what was seen before
    sequence: int = between(
        16, 1, LONGEST
    )  # recurrent: steps of a window that are learnt from; batch_size counts steps
    burn_in: int = between(16, 0, LONGEST)  # steps before them that warm up the memory
    initial: str = one_of(*INITIALISERS)  # uniform in +-1/sqrt(fan-in), or orthogonal
    optimiser: str = one_of(*OPTIMISERS)
    schedule: str = one_of(*SCHEDULES)  # the way on which learning rates fall
    lr_end: float = between(1.0, 0, 1)  # the share of their start at which they end
    gamma: float = between(0.95, 0, 1)
    n_step: int = between(1, 1, LONGEST)  # rewards added up before the value of what follows
    normalise_obs: bool = False  # bring what each seat sees to mean 0 and variance 1, by what has been seen so far
    normalise_reward: bool = False  # divide rewards by the deviation of the discounted returns so far
    clip: float = 0.5  # largest gradient norm of a network
    batch_size: int = 1024
    samples_per_step: float = between(10.24, 0, 100_000)  # of the paper: 1,024 per 100 steps
    warmup: int = between(25_600, 0, LARGEST_COUNT)
    replay: int = 1_000_000

    @property
    def reads_others(self) -> bool:
        """See Learner: what a network learns from is its own seat's."""
        return False

    @property
    def ranking_bytes(self) -> int:
        """See Learner: rows are drawn evenly, which needs nothing."""
        return 0

    def memory_width(self, spec: Spec) -> int:
        """See Learner: nothing is kept."""
        return 0

    def owner(self, memory: Tensor) -> Tensor:
        """See Learner: a seat has one policy."""
        return memory.new_zeros(memory.shape[:2])

    def rate(self, progress: float) -> float:
        """The share of their start at which learning rates stand."""
        fallen = progress if self.schedule == "linear" else (1 - cos(pi * progress)) / 2
        return 1 + (self.lr_end - 1) * fallen

    def sample(self, stack: Any, replay: Replay, progress: float, rng: Generator) -> Any:
        """A batch with leading axes [M, K], drawn evenly; with n_step > 1 its rewards are added up."""
        return replay.sample(self.batch_size, rng, self.n_step, self.gamma)

    def idle(self) -> Iterator[tuple[str, str]]:
        """The settings that have no effect beside the others, and what they need to have one."""
        if not self.recurrent:
            yield from (("sequence", "recurrent=true"), ("burn_in", "recurrent=true"))
        if not self.hidden:
            yield "normed", "a hidden layer"
        if self.lr_end == 1:
            yield "schedule", "lr_end below 1"

    def check(self, spec: Spec) -> None:
        """ArenaError if settings contradict each other or do not suit the game."""
        if self.recurrent != type(self).recurrent:
            raise ArenaError("learners with a memory are of classes of their own; make this one by with_memory")


def known_learners() -> tuple[str, ...]:
    """The names of the learners on disk: the files of agents/ that define PRESETS."""
    files = Path(__file__).parent.parent.glob("*.py")
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
    settings = settings or {}
    if settings.get("recurrent") is True:
        settings = {"n_step": 1, **settings}  # windows add up no rewards, whatever the preset does
    learner = change(name, presets[preset], settings)
    return with_memory(learner) if learner.recurrent else learner


def with_memory(learner: Any) -> Any:
    """The same with a memory: the learner RECURRENT of recurrent.py in the folder of its family."""
    family = type(learner).__module__.rpartition(".")[0]
    kind = importlib.import_module(f"{family}.recurrent").RECURRENT
    return kind(**{f.name: getattr(learner, f.name) for f in fields(learner)} | {"recurrent": True})


def names_of(learner: Any) -> set[str]:
    """The settings of a learner that one may choose; the fields without a default say what it is."""
    return {f.name for f in fields(learner) if f.default is not MISSING}


def change(name: str, learner: Any, settings: Mapping[str, Any]) -> Any:
    """The learner with other values of some settings, each checked against what its field allows."""
    known = {f.name: f for f in fields(learner) if f.name in names_of(learner)}
    for key, value in settings.items():
        if key not in known:
            raise ArenaError(f"{name} has no setting {key!r}; {nearest(key, known)}")
        default = getattr(learner, key)
        if words := known[key].metadata.get("words"):
            if value not in words:
                raise ArenaError(f"{name}: setting {key} cannot be {value!r}; choose {' or '.join(words)}")
        elif not _fits(value, default, *known[key].metadata.get("range", ())):
            raise ArenaError(f"{name}: setting {key} cannot be {value!r}; its default is {default!r}")
    changed = replace(learner, **{k: type(getattr(learner, k))(v) for k, v in settings.items()})
    for key, needs in changed.idle():
        if key in settings:
            raise ArenaError(f"{name}: {key} has no effect without {needs}; add that, or leave it out")
    return changed


def _fits(value: Any, default: Any, low: float | None = None, high: float | None = None) -> bool:
    """Whether a setting is of its default's type and in range."""
    if isinstance(default, bool) or isinstance(value, bool):
        return isinstance(value, bool) and isinstance(default, bool)
    if isinstance(default, float):
        lowest, highest = 0 if low is None else low, LARGEST_REAL if high is None else high
        return isinstance(value, int | float) and lowest <= value <= highest
    if isinstance(default, tuple):
        return isinstance(value, list | tuple) and len(value) <= DEEPEST and all(_fits(v, 1) for v in value)
    lowest, highest = 1 if low is None else low, LARGEST_COUNT if high is None else high
    return isinstance(value, int) and lowest <= value <= highest
