"""Each check of a scenario sees what it is there to see, and a scenario that is wrong in one way fails in that one."""

import numpy as np
import pytest

from arena.errors import ArenaError
from arena.inspection.checks import CHECKS, scripts
from arena.inspection.look import Wrong, examine
from arena.player import Player
from arena.scenario import load

GAME = '''"""Touch: an agent walks to a landmark; `way` says in which way the file is wrong."""

from typing import NamedTuple

import numpy as np

from arena.draw import uniform
from arena.scenario import DRAW, Entity, Layout, Seat, compiled
from arena.kit.sight import distance, see_offset, see_point

VERSION = 1
METRICS = {"gap": "mean", "success": "last"}
FEW, MANY, NAN, SAME, MEMORY, UNPAID, UNMEASURED, UNSEEDED, ROUNDING, SIDE, ENTITY, BLIND = range(1, 13)


class Options(NamedTuple):
    way: int = 0


def layout(options):
    sees = {FEW: 5, MANY: 3}.get(options.way, 4)
    return Layout((Seat("agent_0", sees=sees),), (Entity("mark"),), work=(1, 1))


@compiled
def gap(world):
    return distance(world, 0, 1)


@compiled
def spawn(world, rng):
    for entity in range(2):
        place = uniform(rng, -1.0, 1.0)
        world.pos[entity, 0] = entity if world.options.way == SAME else place
        world.pos[entity, 1] = 0 if world.options.way == SAME else uniform(rng, -1.0, 1.0)


@compiled
def observe(world, seat, out):
    at = see_point(out, 0, world.vel, seat)
    see_offset(out, at, world, seat, 1)
    if world.options.way == BLIND:
        out[:] = 0


@compiled
def reward(world, out):
    way = world.options.way
    if way != UNPAID:
        out[0] = -gap(world)
    if way == NAN:
        out[0] = (gap(world) - gap(world)) / 0
    if way == MEMORY:
        world.work[0, 0] += 0.001
        out[0] = world.work[0, 0]
    if way == UNSEEDED:
        out[0] = np.random.random()
    if way == ROUNDING:
        out[0] = (1e6 * gap(world)) % 1.0


@compiled
def metrics(world, out):
    out[0] = gap(world)
    if world.options.way != UNMEASURED:
        out[1] = gap(world) < 0.1


@compiled
def outcome(world):
    return 3 if world.options.way == SIDE else DRAW


@compiled
def spotlight(world):
    return 2 if world.options.way == ENTITY else 1
'''

WRONG = {  # the check that fails, and what it says
    "FEW": ("shapes", "agent_0 sees 5 numbers, but observe does not write number 4 at the start"),
    "MANY": ("shapes", "observe writes 4 numbers for agent_0, which sees 3 at the start"),
    "NAN": ("numbers", "reward pays agent_0 nan"),
    "SAME": ("variation", "64 worlds have only 1 different start;"),
    "MEMORY": ("independence", "nothing may last in world.work from one call to the next"),
    "UNPAID": ("shapes", "reward writes nothing for agent_0 (seat 0) in step 1"),
    "UNMEASURED": ("numbers", "metrics writes 'success' as nan"),
    "UNSEEDED": ("seeds", "the same seeds played twice differ"),
    "ROUNDING": ("precision", "float32 and float64 pay differently"),
    "SIDE": ("outcomes", "outcome returns 3; the sides are 0 to 0"),
    "ENTITY": ("marks", "spotlight returns 2; the entities are 0 to 1, none is -1"),
    "BLIND": ("variation", "agent_0 sees the same in all 64 worlds"),
}


@pytest.fixture
def write(tmp_path):
    """Writes the game, with one passage replaced, to a file; returns its path."""

    def write(old="", new=""):
        assert old in GAME
        (tmp_path / "touch.py").write_text(GAME.replace(old, new) if old else GAME, encoding="utf-8")
        return str(tmp_path / "touch.py")

    return write


def test_a_scenario_in_order_passes_every_check(write):
    results = {f.what: f for f in examine(load(write()), CHECKS)}
    assert [f.what for f in results.values() if f.state != "ok"] == []
    assert results["shapes"].text == "4 numbers observed, 5 in an action"
    assert results["outcomes"].text == "at random team 0%, draws 100%"


@pytest.mark.parametrize("way", ["FEW", "MANY", "NAN", "UNMEASURED"])
def test_a_file_is_looked_at_before_it_is_trained_or_played(write, way):
    scenario = load(write(), way=1 + [*WRONG].index(way))
    for _ in range(2):
        with pytest.raises(ArenaError) as error:
            scenario.open(1)
        assert str(error.value).startswith(f"touch.py: {WRONG[way][1]}")
        assert str(error.value).endswith("; arena check scenario touch.py looks closer")


def test_a_function_that_returns_nothing_on_some_way_is_told_in_one_line(write):
    scenario = load(
        write("    return 3 if world.options.way == SIDE else DRAW", "    if gap(world) > 9:\n        return 0")
    )
    with pytest.raises(ArenaError, match=r"^touch\.py: a function that returns a number returns nothing on some way"):
        scenario.open(1)


@pytest.mark.parametrize("way", WRONG)
def test_a_scenario_that_is_wrong_in_one_way_fails_in_that_one(write, way):
    check, message = WRONG[way]
    scenario = load(write(), way=1 + [*WRONG].index(way))
    wrong = [finding for finding in examine(scenario, CHECKS[:-1]) if finding.state == "problem"]
    assert [finding.what for finding in wrong] == [check]
    assert message in wrong[0].text and "\n" not in wrong[0].text


def test_what_needs_a_check_that_failed_is_left_out(write):
    findings = {f.what: f for f in examine(load(write("@compiled\ndef gap", "def gap")), CHECKS)}
    assert "in reward: gap is not compiled; put @compiled above it" in findings.pop("compiles").text
    assert {f.state for f in findings.values()} == {"note"}
    assert findings["seeds"].text == "not looked at before numbers is right"


class Shouting:
    """A policy that pushes twice as hard as it may."""

    memory_width = 0

    def act(self, seat, obs, memory, stream, step):
        return np.full((len(obs), 5), 2 if step == 3 else 1, np.float32)


def test_a_player_that_acts_illegally_is_named_with_its_seat():
    scenario = load("simple_spread")
    player = Player("shouting", "hash", Shouting(), ("team",), "scripted")
    with pytest.raises(Wrong, match="shouting acts illegally as agent_0"):
        scripts(scenario, [player])


def test_compiled_code_of_a_file_is_never_stale(write):
    rest = np.zeros((1, 1, 5), np.float32)
    edits = (), ("= -gap(world)", "= 8.0"), ()
    first, edited, again = (load(write(*edit)).open(1).step(rest).reward[0, 0] for edit in edits)
    assert edited == 8 and first == again < 0


COMPLAINTS = [
    ("world.vel, seat", "world.velocity, seat", "in observe: Unknown attribute 'velocity' of type World"),
    ("= -gap(world)", "= -gaps(world)", "in reward: NameError: name 'gaps' is not defined"),
    ("= -gap(world)", "= 'far'", "in reward: No implementation of function setitem found for signature"),
]


@pytest.mark.parametrize(("old", "new", "message"), COMPLAINTS)
def test_what_cannot_be_compiled_is_told_in_one_line(write, old, new, message):
    line = 1 + GAME[: GAME.index(old)].count("\n")
    scenario = load(write(old, new))
    with pytest.raises(ArenaError) as error:
        scenario.open(1).step(np.zeros((1, 1, 5), np.float32))
    assert str(error.value).startswith(f"touch.py:{line}, {message}")
    assert "\n" not in str(error.value) and len(str(error.value)) < 250
