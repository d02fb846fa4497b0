"""Single precision plays the game of double precision: step for step until the first contact, as a game after it.

Both engines play the same games: equal keys, so that every draw is the same number before it is rounded, and equal
random actions. What may set two games of one seed apart for good is a contact, because its stiff force makes of a
rounding of a place ten times that of a speed in one step, and a reward that jumps where two discs begin to touch, when
the two engines are not on the same side of that jump. So a world counts as *clear* until the first frame in which, in
double precision,

- two bodies that push each other are closer than `Body.reach`: 0.03 beyond touching, from where on the force is
  nothing beside a float32; or
- any two bodies are within NEAR = 1e-4 of just touching, whatever touching means to the scenario. NEAR is a hundred
  times a rounding that has been through an episode.

No scenario is named here, and no other rule: bodies that overlap without pushing each other, as a collector and a
treasure, remain clear. In clear frames rewards agree within 1e-3; measured, 1.1e-5 at most. Over whole episodes, with
all contacts, two things are compared. The returns of the same games: their mean difference is within four of its
standard errors, and within a hundredth of a standard deviation of the returns; measured, no return differed by more
than 2.2e-3. And the returns of different games, one half of the seeds in single and the other in double precision,
which are independent samples: a two-sample Kolmogorov-Smirnov test does not tell them apart. All seeds are fixed, so
these verdicts are the same in every run.
"""

from dataclasses import dataclass

import numpy as np
import pytest
from scipy.stats import ks_2samp

from arena.draw import seeds_of
from arena.engine.worlds import Worlds
from arena.inspection.checks import NEAR, clear_frames
from arena.scenario import known_scenarios, load

TOLERANCE = 1e-3
ALPHA = 1e-3
SOME, MANY = 200, 2000  # episodes of a scenario, by default and in the slow test


@dataclass
class Played:
    """Whole games of W worlds in one precision."""

    pos: np.ndarray  # [T+1, W, E, 2], the start first
    notes: np.ndarray  # [W, K] at the start
    reward: np.ndarray  # [T, W, A]
    last: np.ndarray  # [T, W]
    returns: np.ndarray  # [W, S]


def random_actions(scenario, count):
    """A move and a word at random for each seat, as vectors float32 [T, A, W, U] of a whole game."""
    generator = np.random.default_rng(1)
    shape = (scenario.cycles, len(scenario.seats), count)
    action = np.zeros((*shape, scenario.action_width), np.float32)
    action[..., :5] = np.eye(5)[generator.integers(0, 5, shape)]
    for a, seat in enumerate(scenario.seats):
        if seat.talk:
            action[:, a, :, 5 : 5 + seat.talk] = np.eye(seat.talk)[generator.integers(0, seat.talk, shape[::2])]
    return action


def play(scenario, count, dtype):
    """The games of `count` fixed seeds."""
    worlds = Worlds(scenario, count, dtype=dtype, restarts=False)
    worlds.reset(seeds_of(count, "precision", scenario.name))
    notes, pos, frames = worlds.state.note.copy(), [worlds.state.pos.copy()], []
    for action in random_actions(scenario, count):
        out = worlds.step(action)
        pos.append(worlds.state.pos.copy())
        frames.append((out.reward.copy(), out.last.copy()))
    reward, last = (np.stack(column) for column in zip(*frames, strict=True))
    returns = np.stack([out.returns[:, list(seats)].mean(1) for seats in scenario.sides.values()], 1)
    return Played(np.stack(pos), notes, reward, last, returns)


def assert_same_until_contact(scenario, single, double):
    np.testing.assert_allclose(single.pos[0], double.pos[0], rtol=1e-6, atol=1e-6)
    np.testing.assert_array_equal(single.notes, double.notes)
    assert NEAR == 1e-4
    clear = clear_frames(scenario, double.pos)[1:]
    gap = np.abs(single.reward - double.reward)[clear]
    print(f"{scenario.name}: {clear.mean():.0%} of frames are clear, rewards differ by {gap.max():.1e} at most")
    assert clear.mean() > 0.1 and gap.max() < TOLERANCE
    np.testing.assert_array_equal(single.last[clear], double.last[clear])


def assert_same_in_distribution(single, double):
    count = len(single.returns)
    for ours, theirs in zip(single.returns.T.astype(float), double.returns.T, strict=True):
        gap, spread = ours - theirs, theirs.std()
        chance = ks_2samp(ours[: count // 2], theirs[count // 2 :]).pvalue
        print(f"return {theirs.mean():.2f} +- {spread:.2f}: off by {abs(gap).max():.1e} at most, p {chance:.2f}")
        assert abs(gap.mean()) <= 4 * gap.std() / np.sqrt(count) + TOLERANCE
        assert abs(gap.mean()) < 0.01 * spread
        assert chance > ALPHA


def compare(name, count):
    scenario = load(name)
    single, double = play(scenario, count, np.float32), play(scenario, count, np.float64)
    assert_same_until_contact(scenario, single, double)
    assert_same_in_distribution(single, double)


@pytest.mark.parametrize("name", known_scenarios())
def test_single_precision_plays_the_same_game(name):
    compare(name, SOME)


@pytest.mark.slow
@pytest.mark.parametrize("name", known_scenarios())
def test_single_precision_plays_the_same_thousands_of_games(name):
    compare(name, MANY)
