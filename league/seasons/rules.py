"""The numbers that the roles go by. Time is counted in periods: so many world steps of each member."""

from collections.abc import Iterator
from dataclasses import dataclass

from arena.errors import ArenaError, nearest
from league.seasons.pfsp import WEIGHTS

SHARES = ("beaten", "losing", "hopeless", "self_play", "verification", "latest", "own_team", "restart", "fade")
LEAST = {"fewest": 1, "most": 1, "every": 1, "newcomer": 0, "gate": 0}


@dataclass(frozen=True)
class Rules:
    """Thresholds, shares and windows; the defaults are AlphaStar's where it has them, but for those that count time."""

    beaten: float = 0.7  # who wins more than this share has beaten an opponent
    losing: float = 0.3  # who wins less is far behind it
    hopeless: float = 0.1  # who wins less learns nothing from it
    self_play: float = 0.35  # share of a main's games against the mains of the other side
    verification: float = 0.15  # share of its games against what it may have forgotten
    latest: float = 0.8  # share of a pfsp member's games against members of the other side as they are
    own_team: float = 0.25  # share of a partner's games that it plays with itself alone
    weight: str = "hard"  # of a pfsp member's frozen opponents: hard, variance, linear or capped
    restart: float = 0.25  # chance that a league exploiter starts anew once it was frozen
    fewest: int = 2  # periods before a member may be frozen again
    most: int = 8  # periods after which it is frozen whatever it has beaten
    every: int = 4  # periods between the snapshots of naive, fictitious and pfsp members
    prior: float = 4.0  # legs that a pair never seen counts as, half of them won
    fade: float = 1.0  # what a result counts a period later
    newcomer: int = 0  # legs that a frozen player plays at once against each that is frozen of the other side
    gate: float = 0.0  # Elo by which a member must be better than its last snapshot to be frozen early; 0: no gate

    def __post_init__(self) -> None:
        """ArenaError for rules that cannot be."""
        for why in self._faults():
            raise ArenaError(f"--rule {why}")

    def _faults(self) -> Iterator[str]:
        """What is wrong with them."""
        for name in SHARES:
            if not 0 <= getattr(self, name) <= 1:
                yield f"{name}={getattr(self, name):g} is no share: it lies between 0 and 1"
        for name, least in LEAST.items():
            if not getattr(self, name) >= least:
                yield f"{name}={getattr(self, name):g} must be at least {least}"
        if not self.prior > 0:
            yield f"prior={self.prior:g} must be above 0: who has never met would have no share of points"
        if self.most < self.fewest:
            yield f"most={self.most} is below fewest={self.fewest}"
        if self.self_play + self.verification > 1:
            yield f"self_play={self.self_play:g} and verification={self.verification:g} leave no game for the past"
        if self.weight not in WEIGHTS:
            yield f"weight={self.weight} is unknown; {nearest(self.weight, WEIGHTS)}"
