"""From spaces to rows of numbers and back."""

import numpy as np
import pytest
from gymnasium import spaces

from arena.errors import ArenaError
from arena.foreign.eyes import Unreadable, eye_of
from arena.foreign.hands import hands_of
from arena.foreign.sides import sides_of
from arena.game import Head

BYTES = spaces.Box(0, 255, (2, 3), np.uint8)


@pytest.mark.parametrize(
    ("space", "seen", "row"),
    [
        (spaces.Box(-1, 1, (3,), np.float32), np.array([0.5, -1, 1], np.float32), [0.5, -1, 1]),
        (spaces.Box(-9, 9, (2, 2), np.float64), np.array([[1, 2], [3, 4.5]]), [1, 2, 3, 4.5]),
        (spaces.Box(-9, 9, (), np.float64), np.float64(7), [7]),
        (spaces.Box(0, 9, (2,), np.int64), [3, 9], [3, 9]),
        (BYTES, np.array([[0, 51, 255], [102, 204, 255]], np.uint8), [0, 0.2, 1, 0.4, 0.8, 1]),
        (spaces.Box(0, 7, (2,), np.uint8), np.array([7, 3], np.uint8), [7, 3]),  # counts, not a picture
        (spaces.Discrete(3), 2, [0, 0, 1]),
        (spaces.Discrete(3, start=-1), np.int64(-1), [1, 0, 0]),
    ],
)
def test_what_a_seat_sees(space, seen, row):
    eye = eye_of("game", "a_0", space)
    assert eye.width == len(row)
    target = np.full(len(row) + 2, 9, np.float32)
    eye.read(seen, target)
    assert target.tolist() == pytest.approx([*row, 9, 9])  # what lies behind is not its


@pytest.mark.parametrize(
    ("space", "seen", "message"),
    [
        (BYTES, np.zeros((3, 2), np.uint8), r"uint8 numbers of shape (3, 2) instead of (2, 3)"),
        (BYTES, np.full((2, 3), "a"), "instead of (2, 3)"),
        (spaces.Discrete(3), 3, "3 instead of a number from 0 to 2"),
        (spaces.Discrete(3, start=1), 0, "0 instead of a number from 1 to 3"),
        (spaces.Discrete(3), 0.5, "0.5 instead of a whole number"),
        (spaces.Discrete(3), None, "None instead of a whole number"),
    ],
)
def test_what_is_not_of_its_space(space, seen, message):
    with pytest.raises(Unreadable) as caught:
        eye_of("game", "a_0", space).read(seen, np.zeros(9, np.float32))
    assert message in str(caught.value)


def hands(*given):
    return hands_of("game", [(f"a_{index}", space) for index, space in enumerate(given)])


def test_heads_choices_first_and_ranges_behind():
    box = spaces.Box(-1, 1, (2,))
    seats = hands(spaces.Discrete(3), spaces.MultiDiscrete([[2, 5], [4, 1]]), box, spaces.Box(0, 1, (1,)))
    assert [hand.heads for hand in seats] == [
        (Head(0, 3),),
        (Head(0, 2), Head(3, 5), Head(8, 4), Head(12, 1)),  # the first is as wide as the widest first
        (Head(13, 2, True),),
        (Head(13, 1, True),),
    ]
    assert [hand.heads for hand in hands(box)] == [(Head(0, 2, True),)]


def test_choices_take_the_best_and_of_equals_the_first():
    (one,) = hands(spaces.Discrete(3, start=5))
    for row, action in [([0, 0, 1], 7), ([0.2, 0.5, 0.3], 6), ([0.4, 0.4, 0.2], 5), ([0, 0, 0], 5)]:
        assert one.act(np.array(row, np.float32)) == action
    assert isinstance(one.act(np.zeros(3, np.float32)), np.int64)
    (many,) = hands(spaces.MultiDiscrete([[2, 3]], start=np.array([[0, 10]])))
    action = many.act(np.array([0.1, 0.9, 0, 0.6, 0.5], np.float32))
    assert action.tolist() == [[1, 11]] and action.dtype == np.int64


def test_ranges_are_stretched_to_their_bounds():
    space = spaces.Box(np.array([[-2], [0]], np.float32), np.array([[2], [10]], np.float32))
    (hand,) = hands(space)
    for row, action in [([0, 0], [[-2], [0]]), ([1, 1], [[2], [10]]), ([0.25, 0.5], [[-1], [5]])]:
        taken = hand.act(np.array(row, np.float32))
        assert taken.tolist() == action and space.contains(taken)
    (whole,) = hands(spaces.Box(0, 255, (2,), np.uint8))
    assert whole.act(np.array([0.5, 1], np.float32)).tolist() == [128, 255]
    sharp = spaces.Box(-0.7, 0.1, (1,), np.float64)  # -0.7 + (0.1 + 0.7) is more than 0.1
    assert sharp.contains(hands(sharp)[0].act(np.array([1], np.float32)))


def test_rest_is_the_first_choice_and_the_number_nearest_to_zero():
    row = np.zeros(9, np.float32)
    hands(spaces.MultiDiscrete([2, 3]))[0].rest(row)
    assert row.tolist() == [1, 0, 1, 0, 0, 0, 0, 0, 0]
    low, high = np.array([-2, 1, -3, 4], np.float32), np.array([2, 3, -1, 4], np.float32)
    hand = hands(spaces.Box(low, high))[0]
    row = np.zeros(4, np.float32)
    hand.rest(row)
    assert hand.act(row).tolist() == [0, 1, -1, 4]


BOUNDLESS = spaces.Box(np.array([0, -np.inf], np.float32), np.array([1, np.inf], np.float32))


@pytest.mark.parametrize(
    ("space", "message"),
    [
        (spaces.MultiBinary(3), "game: a_0 acts in a MultiBinary; the arena plays Discrete, MultiDiscrete and Box"),
        (spaces.Dict({"x": BYTES}), "a_0 acts in a Dict"),
        (spaces.Tuple([BYTES]), "a_0 acts in a Tuple"),
        (spaces.Text(3), "a_0 acts in a Text"),
        (BOUNDLESS, "number 1 of the action of a_0 has no bounds (-inf to inf); give it some in a wrapper"),
        (spaces.Box(-1.7e308, 1.7e308, (1,), np.float64), "number 0 of the action of a_0 has no bounds"),
        (spaces.Discrete(100_001), "the action of a_0 needs 100001 numbers, and the arena takes 1 to 100000"),
        (spaces.Box(0, 1, (0,)), "the action of a_0 needs 0 numbers"),
    ],
)
@pytest.mark.filterwarnings("ignore:overflow")
def test_actions_that_are_not_played(space, message):
    with pytest.raises(ArenaError) as caught:
        hands(space)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("space", "message"),
    [
        (spaces.Dict({"x": BYTES}), "game: a_0 sees a Dict; the arena reads Box and Discrete observations: flatten it"),
        (spaces.Tuple([BYTES]), "a_0 sees a Tuple"),
        (spaces.Sequence(BYTES), "a_0 sees a Sequence"),
        (spaces.Graph(spaces.Box(0, 1, (1,)), None), "a_0 sees a Graph"),
        (spaces.MultiBinary(3), "a_0 sees a MultiBinary"),
        (spaces.Box(0, 1, (400, 400)), "a_0 sees 160000 numbers, and the arena takes 1 to 100000; choose another"),
        (spaces.Box(0, 1, (0,)), "a_0 sees 0 numbers"),
    ],
)
def test_observations_that_are_not_read(space, message):
    with pytest.raises(ArenaError) as caught:
        eye_of("game", "a_0", space)
    assert message in str(caught.value)


AGENTS = ("archer_0", "archer_1", "knight_0", "king", "p12")


def test_sides_are_prefixes_or_what_is_said():
    assert sides_of("game", AGENTS, "") == ("archer", "archer", "knight", "king", "p")
    assert sides_of("game", ("0", "1"), "") == ("0", "1")
    said = "b = knight_0, king;a-team=archer_1,archer_0 ;c=p12"
    assert sides_of("game", AGENTS, said) == ("a-team", "a-team", "b", "b", "c")


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ("a=archer_0", "game: archer_1, knight_0, king, p12 has no side in 'a=archer_0'"),
        ("a=archer_0,archer_2", "there is no agent 'archer_2' for side a; did you mean 'archer_"),
        ("a=archer_0;b=archer_0", "archer_0 is on side a and on side b; it can hold one"),
        ("archer_0", "'archer_0' is not SIDE=AGENT,AGENT; write for example sides="),
        ("a b=archer_0", "'a b=archer_0' is not SIDE=AGENT,AGENT"),
        ("a=archer_0;", "'' is not SIDE=AGENT,AGENT"),
    ],
)
def test_sides_that_cannot_be(said, message):
    with pytest.raises(ArenaError) as caught:
        sides_of("game", AGENTS, said)
    assert message in str(caught.value)
