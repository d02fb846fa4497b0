"""What a stack holds of one member, to be kept, put back, begun anew, or begun from somebody else's.

Axes: M members of a stack.
"""

from collections.abc import Mapping

from torch import Generator, Tensor

from agents.training.team import Part
from arena.errors import ArenaError

RANKING = "ranking."  # in front of the names of tensors that say how a learner ranks what is in its replay
Own = dict[str, Tensor]  # a member's tensors by their names in its stack


def fresh(part: Part, seed: int) -> Own:
    """The tensors of a new member."""
    stack = part.learner.init(part.spec, 1, Generator().manual_seed(seed))
    return dict(stack.tensors())


def by_member(part: Part, tensors: Mapping[str, Tensor], members: int) -> list[Own]:
    """What each of M members has of the tensors of a stack like that of `part`, as views.

    Those that belong to all of them together are left out; rankings of what is in a replay may be missing. ArenaError
    if the stack is not like it.
    """
    alone = fresh(part, 0)
    owned = {name: x for name, x in alone.items() if x.dim() and len(x) * members == len(tensors.get(name, ()))}
    differ = [name for name in alone.keys() ^ tensors.keys() if not name.startswith(RANKING)]
    if differ or any(tensors[name].shape[1:] != x.shape[1:] for name, x in owned.items()):
        raise ArenaError("networks of another shape, or of another learner")
    views = {name: tensors[name].unflatten(0, (members, -1)) for name in owned}
    return [{name: x[member] for name, x in views.items()} for member in range(members)]


def put(own: Own, others: Mapping[str, Tensor]) -> None:
    """Writes what others have over what a member has of the same name."""
    for name in own.keys() & others.keys():
        own[name].copy_(others[name])
