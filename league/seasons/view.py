"""What a member decides by: its opponents, and how it has done against them.

Axes: K opponents, members of the other side first, then frozen players. In a game of one side they are partners, and
the member itself is among them.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from league.seasons.roster import Frozen, Member


@dataclass(frozen=True)
class View:
    """The league as a member sees it at the end of a period."""

    member: Member
    rivals: tuple[Member, ...]  # who learn the other side; see Season.rivals
    frozen: tuple[Frozen, ...]  # of the other side; see Season.against
    win: np.ndarray  # [K] the share of the points that the member is thought to win
    legs: np.ndarray  # [K] on how many it rests
    mixture: np.ndarray  # [frozen] the equilibrium mix of the frozen opponents among all that are frozen

    @property
    def periods(self) -> int:
        """Periods since the member was last frozen, or started."""
        return len(self.member.seen) - self.member.kept

    def share(self, chosen: Callable[[Member | Frozen], bool]) -> np.ndarray:
        """Whether each opponent [K] is one of the chosen."""
        opponents: tuple[Member | Frozen, ...] = (*self.rivals, *self.frozen)
        return np.array([chosen(opponent) for opponent in opponents], np.bool_)

    @property
    def is_frozen(self) -> np.ndarray:
        """Which opponents [K] are frozen."""
        return self.share(lambda opponent: isinstance(opponent, Frozen))

    @property
    def is_itself(self) -> np.ndarray:
        """Which partner [K] is the member as it is now."""
        return self.share(lambda other: isinstance(other, Member) and other.name == self.member.name)

    def has_beaten(self, which: np.ndarray, level: float) -> bool:
        """Whether there are such opponents [K], and the member wins more than `level` from each of them."""
        return bool(which.any() and (self.win[which] > level).all())


def spread(which: np.ndarray, chances: np.ndarray | None = None) -> np.ndarray:
    """Chances [K] with those given to the opponents `which` [K]; even ones by default, zeros if there are none."""
    spread_out = np.zeros(len(which))
    if which.any():
        spread_out[which] = 1 / which.sum() if chances is None else chances
    return spread_out
