"""Who is in a season: members, which learn, and players, which are what a member was when it was frozen.

Everything here is plain data, so that a season can be written down whole and read again.
"""

from dataclasses import dataclass, replace
from typing import Self


@dataclass(frozen=True)
class Member:
    """A place in the league that learns to play one side, by the rules of its role."""

    name: str  # of the side, the role, and a number if there are several
    side: str
    role: str
    seen: tuple[str, ...] = ()  # hashes: what it was at the end of each period since it started
    kept: int = 0  # how many of these there were when it was last frozen
    parent: str = ""  # the hash of what was last frozen of it, since it started
    lives: int = 1  # how often it has started


@dataclass(frozen=True)
class Frozen:
    """A player that stays as it is: what a member was at the end of a period."""

    hash: str
    member: str
    side: str
    role: str
    period: int  # 0 before any training
    parent: str  # the hash of what was frozen of the member before, or empty
    why: str  # the rule by which it was frozen
    is_retired: bool = False  # nobody trains against it any more


@dataclass(frozen=True)
class Event:
    """Something that happened to a member at the end of a period."""

    period: int
    member: str
    kind: str  # frozen, gate, reset or rollback
    text: str


@dataclass(frozen=True)
class Season:
    """A league between two periods."""

    period: int  # how many are over
    members: tuple[Member, ...]
    frozen: tuple[Frozen, ...] = ()
    events: tuple[Event, ...] = ()

    def of_side(self, side: str) -> tuple[Member, ...]:
        """The members that learn a side, in order."""
        return tuple(member for member in self.members if member.side == side)

    @property
    def is_one_sided(self) -> bool:
        """Whether all members are of one side, so that they meet each other as partners."""
        return len({member.side for member in self.members}) == 1

    def rivals(self, side: str) -> tuple[Member, ...]:
        """The members that a side meets: those of the other side; in a game of one side all, themselves among them."""
        return tuple(member for member in self.members if self.is_one_sided or member.side != side)

    def against(self, side: str) -> tuple[Frozen, ...]:
        """The frozen players that a side meets, of the same side as `rivals`: those that have not retired."""
        met = (player for player in self.frozen if self.is_one_sided or player.side != side)
        return tuple(player for player in met if not player.is_retired)

    def changed(self, member: Member) -> Self:
        """The season with a member in the place of its former self."""
        members = tuple(member if old.name == member.name else old for old in self.members)
        return replace(self, members=members)
