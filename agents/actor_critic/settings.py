"""The settings of the deterministic policy gradient family, and which of them contradict each other or the game."""

from collections.abc import Iterator
from dataclasses import dataclass

from agents.actor_critic.exploration import EXPLORE
from agents.actor_critic.view import VIEWS, reading_order
from agents.training.learner import Spec
from agents.training.settings import Settings, between, one_of
from arena.errors import ArenaError

MOST_POLICIES = 100  # of an ensemble
OTHERS = ("recorded", "current")


@dataclass(frozen=True, kw_only=True)
class ActorCriticSettings(Settings):
    """Settings of the family; `view` is the one that tells MADDPG from independent DDPG."""

    view: str = one_of(*VIEWS)  # whose observations and actions a critic reads
    hard: bool = False  # execute one-hot choices, straight-through gradient; else the soft vectors
    explore: str = one_of(*EXPLORE)  # the noise on ranges: independent from frame to frame, or Ornstein-Uhlenbeck
    noise: float = 0.1  # its standard deviation (ou: of a step), where numbers lie in [0, 1]
    noise_end: float = between(1.0, 0, 1)  # the share of its start at which noise ends
    theta: float = between(0.15, 0, 1)  # ou: the share by which noise falls back in a frame
    actor_lr: float = 0.01
    critic_lr: float = 0.01
    tau: float = between(0.01, 0, 1)  # share of the way that targets move at each update
    logit_penalty: float = 0.001
    entropy: float = 0.0  # what the entropy of a seat's choices is worth; falls to 0 over training
    critics: int = between(1, 1, 2)  # of each network: of two, the smaller value is the target
    delay: int = 1  # updates of the critics for one of the actors and the targets
    smoothing: float = 0.0  # standard deviation of the noise on ranges of target actions
    smoothing_clip: float = 0.25  # the most of that noise
    others: str = one_of(*OTHERS)  # what the others who learn with it do in the actor step
    inferred: bool = False  # critics' targets take what others do next from approximations learned by watching
    ensemble: int = between(1, 1, MOST_POLICIES)  # policies of each seat, one of which is drawn for each game

    @property
    def reads_others(self) -> bool:
        """See Learner: a side has one learner, so that a team's critics need nobody else's."""
        return self.view == "all" and not self.inferred

    def memory_width(self, spec: Spec) -> int:
        """See Learner: which policy plays, and the state of the noise."""
        return int(self.ensemble > 1) + (spec.action_width if self.explore == "ou" else 0)

    def idle(self) -> Iterator[tuple[str, str]]:
        """See Settings."""
        yield from super().idle()
        if self.explore != "ou":
            yield "theta", "explore=ou"
        if not self.noise:
            yield "noise_end", "noise above 0"
        if not self.smoothing:
            yield "smoothing_clip", "smoothing"

    def spread(self, progress: float) -> float:
        """The standard deviation of the exploration."""
        return self.noise * (1 + (self.noise_end - 1) * progress)

    def check(self, spec: Spec) -> None:
        """See Settings."""
        super().check(spec)
        for message in self.faults(spec):
            raise ArenaError(message)

    def faults(self, spec: Spec) -> Iterator[str]:
        """What settings contradict, in each other or in the game."""
        read = {seat: set(reading_order(self.view, spec, seat, False)) - {seat} for seat in spec.mine}
        if not any(head.is_range for heads in spec.own(spec.heads) for head in heads):
            for name in ("explore", "noise", "noise_end"):
                if (value := getattr(self, name)) != getattr(ActorCriticSettings, name):
                    yield f"{name}={value} is noise on ranges, and here there are none; leave it out"
        if self.smoothing and not self.smoothing_clip:
            yield "smoothing_clip=0 cuts off all smoothing; raise it, or set smoothing=0"
        if self.inferred and not any(read.values()):
            yield "inferred=true is for critics that read others, and here none does; leave it out"
        if self.inferred and self.ensemble > 1:
            yield "inferred=true takes each seat to have one policy; leave out ensemble"
        if self.others == "current":
            if not any(others & set(spec.mine) for others in read.values()):
                yield "others=current is for critics that read others who learn with them; here none does; leave it out"
            if self.inferred:
                yield "inferred=true knows no policies of others; leave out others=current"
            if self.ensemble > 1:
                yield "ensemble keeps the others as recorded; leave out others=current"
