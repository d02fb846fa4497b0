"""Everything that may differ between worlds does, and between the games of one world; worlds know nothing of others.

A published library shares one goal among all its worlds, for good: such a note fails here. What may differ is what
differs between the starts of a single world that draws from a NumPy generator, which are mpe2's own (see
test_parity_mpe2): a goal among one landmark, or a tally that begins at 0, has one value there and so may have one here.
"""

import numpy as np
import pytest
from grids import GRIDS

from arena.draw import seeds_of
from arena.engine.worlds import Worlds
from arena.scenario import known_scenarios, load

WORLDS, GAMES = 64, 40
NAMES = known_scenarios()


def casts(name):
    """The default options, then those that the first of the grid come to."""
    known, seen = load(name).options._fields, [{}]
    for arguments in GRIDS.get(name, ())[:8]:
        options = {key: value for key, value in arguments.items() if key in known}
        if options not in seen:
            seen.append(options)
    return seen


CASTS = [(name, options) for name in NAMES for options in casts(name)]


def starts(worlds, count):
    """Positions [G, W, E, 2] and notes [G, W, K] at the starts of `count` successive games."""
    pos, notes = [], []
    for _ in range(count):
        worlds.reset()
        pos.append(worlds.state.pos.copy())
        notes.append(worlds.state.note.copy())
    return np.stack(pos), np.stack(notes)


def values(column):
    return set(np.unique(column).tolist())


def assert_all_differ(places, what):
    """Of places [N, 2], no two are the same; nearly no two share a coordinate, of which there are few in float32."""
    count = len(places)
    assert len(np.unique(places, axis=0)) == count, what
    assert min(len(np.unique(places[:, axis])) for axis in (0, 1)) > 0.9 * count, what


def assert_variation(scenario, dtype):
    free_pos, free_notes = starts(Worlds(scenario, dtype=np.float64, rng=np.random.default_rng(0)), 400)
    pos, notes = starts(Worlds(scenario, WORLDS, dtype=dtype), GAMES)
    for index, entity in enumerate(scenario.entities):
        assert_all_differ(free_pos[:, 0, index], entity.name)
        for game in range(GAMES):
            assert_all_differ(pos[game, :, index], f"{entity.name} between worlds")
        for world in range(WORLDS):
            assert_all_differ(pos[:, world, index], f"{entity.name} between games")
    for world in range(WORLDS):
        assert_all_differ(pos[0, world], "entities of one world")
    for index in range(scenario.notes):
        choices = values(free_notes[..., index])
        assert values(notes[..., index]) == choices, f"note {index}"
        if len(choices) > 1:
            assert all(len(values(notes[game, :, index])) > 1 for game in range(GAMES)), f"note {index} between worlds"
            assert all(len(values(notes[:, world, index])) > 1 for world in range(WORLDS)), f"note {index} in one world"


@pytest.mark.parametrize(("name", "options"), CASTS, ids=str)
def test_what_may_differ_between_worlds_and_games_does(name, options):
    assert_variation(load(name, **options), np.float64 if options else np.float32)


def random_vectors(scenario, steps, count):
    shape = (steps, len(scenario.seats), count, scenario.action_width)
    return np.random.default_rng(3).random(shape, np.float32)


@pytest.mark.parametrize("name", NAMES)
def test_what_happens_in_a_game_differs_between_worlds(name):
    """Equal actions in all worlds; no two ends are alike, so what is drawn in the course of a game is drawn apart."""
    scenario = load(name)
    worlds = Worlds(scenario, 1000, restarts=False)
    for action in random_vectors(scenario, scenario.cycles, 1):
        worlds.step(np.repeat(action, 1000, axis=1))
    for index, entity in enumerate(scenario.entities):
        assert_all_differ(worlds.state.pos[:, index], entity.name)


def history(worlds, actions):
    """Everything that came out and every state, frame by frame."""
    names = [*worlds.out._fields, *worlds.state._fields]
    frames = []
    for action in actions:
        out = worlds.step(np.ascontiguousarray(action))
        frames.append([array.copy() for array in (*out, *worlds.state)])
    return {name: np.stack(column) for name, column in zip(names, zip(*frames, strict=True), strict=True)}


@pytest.mark.parametrize("name", NAMES)
def test_a_world_plays_the_same_bits_alone_as_among_others(name):
    scenario, keys = load(name), seeds_of(WORLDS, "variation", name)
    actions = random_vectors(scenario, 60, WORLDS)  # two whole games and a piece of a third
    together = Worlds(scenario, WORLDS)
    together.reset(keys)
    batch = history(together, actions)
    assert batch["last"].sum() >= 2 * WORLDS
    for w in (0, 1, 30, WORLDS - 1):
        alone = Worlds(scenario, 1)
        alone.reset(keys[w : w + 1])
        for what, single in history(alone, actions[:, :, w : w + 1]).items():
            is_by_seat = batch[what].ndim == 4 and what in ("obs", "final_obs")
            own = batch[what][:, :, w : w + 1] if is_by_seat else batch[what][:, w : w + 1]
            np.testing.assert_array_equal(single, own, what)
