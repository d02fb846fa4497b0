"""The replay: a ring of whole rows, one a member, sampled evenly."""

from dataclasses import fields

import pytest
import torch
from scipy.stats import chisquare

from agents.training.replay import Replay, Row
from arena.transition import Transition

ROW = Row(seats=2, obs_width=3, action_width=4)


def numbered(numbers: torch.Tensor) -> Transition:
    """Transitions [M, W] in which every number says which one it is, and in which field and place it stands."""
    tags, offset = {}, 0.0
    for name, shape in ROW.fields.items():
        size = int(torch.tensor(shape).prod()) if shape else 1
        places = (offset + torch.arange(size) / 64).view(shape)
        tags[name] = numbers.view(*numbers.shape, *[1] * len(shape)) * 16.0 + places
        offset += 1
    return Transition(**tags)


def number_of(t: Transition) -> torch.Tensor:
    """The numbers [M, K] of transitions made by `numbered`, once every field has been seen to agree."""
    number = (t.obs[..., 0, 0] / 16).floor()
    expected = numbered(number)
    for field in fields(t):
        assert torch.equal(getattr(t, field.name), getattr(expected, field.name))
    return number.long()


@pytest.mark.parametrize("width", [1, 3, 5, 10])
@pytest.mark.parametrize("rounds", [1, 2, 3, 7, 12])
def test_a_ring_holds_the_last_rows_in_their_places(width, rounds, rng):
    members, capacity = 2, 10 // width * width  # whole steps
    replay = Replay(ROW, members, 10, width)
    assert replay.capacity == capacity
    for k in range(rounds):
        own = torch.arange(k * width, (k + 1) * width)
        replay.add(numbered(torch.stack([own, own + 1000])))
    total = rounds * width
    assert (replay.added, len(replay)) == (total, min(total, capacity))
    held = number_of(replay.row.unpack(replay.rows[:, : len(replay)]))
    recent = torch.arange(max(0, total - capacity), total)
    assert held.sort(1).values.tolist() == [recent.tolist(), (recent + 1000).tolist()]
    assert (held[0] % capacity).tolist() == list(range(len(replay)))  # transition n stands at n mod capacity


def test_samples_keep_fields_together_and_members_apart(rng):
    replay = Replay(ROW, 3, 50, 8)
    for k in range(9):  # 72 added: the ring has wrapped
        own = torch.arange(k * 8, (k + 1) * 8)
        replay.add(numbered(torch.stack([own, own + 1000, own + 2000])))
    number = number_of(replay.sample(400, rng))
    assert (number // 1000).tolist() == [[m] * 400 for m in range(3)]
    assert set((number % 1000).flatten().tolist()) == set(range(24, 72))  # six whole steps of eight
    assert not torch.equal(number[0], number[1] - 1000)  # each member draws its own


@pytest.mark.parametrize("added", [30, 50, 90])
def test_sampling_is_uniform(added, rng):
    replay = Replay(ROW, 2, 50, 10)
    for k in range(added // 10):
        own = torch.arange(k * 10, (k + 1) * 10)
        replay.add(numbered(torch.stack([own, own])))
    held = len(replay)
    number = number_of(replay.sample(400 * held, rng)) - (added - held)
    for member in number:
        assert chisquare(torch.bincount(member, minlength=held).numpy()).pvalue > 1e-4


def test_pack_and_unpack_are_inverse(rng):
    shapes = ROW.fields
    given = Transition(**{name: torch.randn(4, 6, *shape, generator=rng) for name, shape in shapes.items()})
    given.frozen[1, 2] = torch.nan
    rows = torch.empty(4, 6, ROW.width)
    ROW.pack(given, rows)
    for name in shapes:
        assert torch.equal(getattr(ROW.unpack(rows), name).nan_to_num(9), getattr(given, name).nan_to_num(9))
    assert ROW.width == 2 * 3 * 2 + 2 * 4 * 2 + 4 * 2 + 1
