"""The settings of Q-learning, each a switch or a number, and which of them contradict each other."""

from collections.abc import Iterator
from dataclasses import dataclass

from agents.q_learning.priorities import tree_bytes
from agents.training.learner import Spec
from agents.training.settings import LARGEST_REAL, Settings, between
from arena.errors import ArenaError


@dataclass(frozen=True, kw_only=True)
class QSettings(Settings):
    """Settings of independent DQN; the defaults are those of Mnih et al. where the game allows."""

    lr: float = 0.001
    clip: float = 10.0
    double: bool = False  # the online network chooses the next action, the target network says what it is worth
    dueling: bool = False  # one stream for the place and one for the actions
    noisy: bool = False  # explores by noise in the weights instead of epsilon
    prioritized: bool = False  # draws what surprised most
    alpha: float = between(0.5, 0, 1)  # how much surprise counts for that
    beta: float = between(0.4, 0, 1)  # how much of the bias that brings is weighed out; rises to 1
    atoms: int = between(0, 0, 1001)  # of distributions over values; 0: values
    v_min: float = between(0.0, -LARGEST_REAL, LARGEST_REAL)  # the first atom
    v_max: float = between(0.0, -LARGEST_REAL, LARGEST_REAL)  # the last; both 0: as far as rewards could add up
    huber: bool = True  # the Huber loss; else half the squared error
    use_replay: bool = True  # else what is new is learnt from, once
    use_target: bool = True  # else the network that learns sets its own targets
    target_every: int = 200  # updates between copies to the target network
    tau: float = between(0.0, 0, 1)  # share of the way that targets move at each update; 0: by copies
    epsilon_start: float = between(1.0, 0, 1)
    epsilon_end: float = between(0.05, 0, 1)
    epsilon_share: float = between(0.3, 0, 1)  # the share of training over which epsilon falls

    def epsilon(self, progress: float) -> float:
        """The share of random actions when this share of training is done."""
        fallen = progress / self.epsilon_share if progress < self.epsilon_share else 1.0
        return self.epsilon_start + (self.epsilon_end - self.epsilon_start) * fallen

    @property
    def ranking_bytes(self) -> int:
        """See Learner: the sum tree of prioritized replay."""
        return tree_bytes(self.replay) if self.prioritized else 0

    @property
    def finds_ends(self) -> bool:
        """Whether the ends of the atoms follow the rewards that are seen."""
        return self.v_min == self.v_max

    def idle(self) -> Iterator[tuple[str, str]]:
        """See Settings."""
        yield from super().idle()
        if self.noisy:
            yield from ((f"epsilon_{name}", "noisy=false") for name in ("start", "end", "share"))
        if not self.prioritized:
            yield from (("alpha", "prioritized=true"), ("beta", "prioritized=true"))
        if not self.atoms:
            yield from (("v_min", "atoms=51"), ("v_max", "atoms=51"))
        if self.tau or not self.use_target:
            yield "target_every", "a target network that is copied (use_target=true, tau=0)"

    def check(self, spec: Spec) -> None:
        """See Settings."""
        super().check(spec)
        for message in contradictions(self):
            raise ArenaError(message)


def contradictions(x: QSettings) -> Iterator[str]:
    """What cannot be together, and what to do about it."""
    if x.prioritized and not x.use_replay:
        yield "prioritized=true needs a replay; leave out use_replay=false"
    if x.n_step > 1 and not x.use_replay:
        yield f"n_step={x.n_step} needs a replay; leave out use_replay=false"
    if x.samples_per_step > 1 and not x.use_replay:
        yield "without a replay each transition is learnt from once; set samples_per_step=1"
    if x.tau and not x.use_target:
        yield "tau moves the target network; leave out use_target=false"
    if x.atoms == 1:
        yield "one atom is no distribution; set atoms=51, or atoms=0 for plain values"
    if x.atoms and not x.huber:
        yield "atoms have a loss of their own; leave out huber=false"
    if (x.v_min or x.v_max) and x.v_min >= x.v_max:
        yield f"v_min={x.v_min:g} is not below v_max={x.v_max:g}; name the lowest and the highest value there can be"
    if x.atoms and x.gamma == 1 and x.finds_ends:
        yield "with gamma=1 rewards could add up without end; name v_min and v_max"
