"""Every file in scenarios/ keeps the contract of arena/scenario.py; a new file needs no line here."""

from math import isfinite
from pathlib import Path

import numpy as np
import pytest

import scenarios
from arena.engine.worlds import Worlds
from arena.errors import ArenaError
from arena.inspection.bounds import bounds
from arena.inspection.checks import CHECKS
from arena.scenario import find_module, known_scenarios, load

NAMES = known_scenarios()


@pytest.fixture(scope="module", params=NAMES)
def scenario(request):
    return load(request.param)


def test_the_list_is_what_lies_on_disk():
    files = {path.stem for path in Path(scenarios.__path__[0]).glob("*.py")}
    assert set(NAMES) == files - {"__init__"} and {"simple_adversary", "simple_spread"} <= set(NAMES)


def test_a_file_tells_its_source_and_who_wins(scenario):
    module = scenario.module
    assert "Source:" in module.__doc__ and scenario.story.endswith(".")
    assert len(scenario.sides) < 2 or hasattr(module, "outcome")


def test_seats_and_entities_have_names_of_their_own(scenario):
    names = [entity.name for entity in scenario.entities]
    assert len(set(names)) == len(names) and all(entity.radius > 0 for entity in scenario.entities)
    assert sorted(seat for seats in scenario.sides.values() for seat in seats) == list(range(len(scenario.seats)))


@pytest.mark.parametrize("check", CHECKS[:-1], ids=lambda check: check.name)
def test_it_passes_the_checks_that_users_have_for_theirs(scenario, check):
    """`speed`, the last, is for benchmarks; what a check looks at, tests/arena/test_checks.py tells."""
    assert check.look(scenario)


@pytest.mark.slow
def test_no_index_leaves_its_array(scenario):
    assert bounds(scenario)


def test_reports_are_of_this_world(scenario):
    world = Worlds(scenario, 3).world(1)
    if report := scenario.part("report"):
        numbers = [number for a in range(len(scenario.seats)) for number in np.ravel(report(world, a))]
        assert all(number is None or isfinite(number) for number in numbers)


def test_the_identity_tells_games_apart(scenario):
    identities = {scenario.identity, load(scenario.name, max_cycles=24).identity}
    assert len(identities) == 2 and scenario.identity == load(scenario.name).identity
    assert scenario.identity.startswith(f"{scenario.name}-v{scenario.version}(")


@pytest.mark.parametrize("name", NAMES)
def test_a_misspelt_option_is_refused_with_the_nearest(name):
    option = [*find_module(name).Options._fields, "max_cycles"][0]
    with pytest.raises(ArenaError, match=f"no option '{option}x'; did you mean '{option}'"):
        load(name, **{option + "x": 1})


WRONG = [
    ("simple_spread", {"N": 0}, "N must be at least 1, not 0"),
    ("simple_spread", {"N": 2.0}, "must be a whole number, not 2.0"),
    ("simple_spread", {"N": True}, "must be a whole number, not True"),
    ("simple_spread", {"local_ratio": -0.1}, "between 0 and 1"),
    ("simple_spread", {"local_ratio": float("nan")}, "must be a number"),
    ("simple_spread", {"curriculum": "yes"}, "must be true or false"),
    ("simple_spread", {"stage": 2, "curriculum": True}, "stage must be 0 or 1"),
    ("simple_spread", {"stage": 1}, "no effect without curriculum"),
    ("simple_spread", {"num_agent_neighbors": -1}, "neighbors must be positive, or 0 for all"),
    ("simple_formation", {"N": 0}, "N must be at least 1, not 0"),
    ("simple_line", {"N": -3}, "N must be at least 1, not -3"),
    ("collect_treasure", {"num_treasures": 0}, "num_treasures must be at least 1, not 0"),
    ("collect_treasure", {"num_deposits": 7}, "num_deposits must be at most 6, not 7"),
    ("simple_tag", {"num_good": 0}, "num_good and num_adversaries must be at least 1"),
    ("simple_tag", {"num_adversaries": 0}, "num_good and num_adversaries must be at least 1"),
    ("simple_tag", {"num_obstacles": -1}, "num_obstacles must be 0 or more, not -1"),
    ("simple_tag", {"stage": 3, "curriculum": True}, "stage must be 0, 1 or 2"),
    ("simple_tag", {"stage": 1}, "no effect without curriculum"),
    ("simple_tag", {"num_agent_neighbors": -1}, "neighbors must be positive, or 0 for all"),
    ("simple_spread", {"N": 1001}, "layout gives 1,001 seats; there must be from 1 to 1,000"),
    ("simple_spread", {"N": 10**9}, "option N must be from -100,000 to 100,000, not 1000000000"),
    (
        "simple_tag",
        {"num_agent_neighbors": 50_000},
        "adversary_0 has sees=200008; no seat sees more than 100,000 numbers",
    ),
    ("simple_push", {"N": 2}, "simple_push has no option 'N'"),
    ("simple_reference", {"local_ratio": 1.5}, "local_ratio must be between 0 and 1, not 1.5"),
    ("simple_reference", {"local_ratio": True}, "local_ratio must be a number, not True"),
    ("simple_speaker_listener", {"num_landmarks": 4}, "simple_speaker_listener has no option 'num_landmarks'"),
    ("simple_crypto", {"dim_c": 2}, "simple_crypto has no option 'dim_c'"),
    ("simple_world_comm", {"num_good": 0}, "num_good must be at least 1, not 0"),
    ("simple_world_comm", {"num_adversaries": 0}, "num_adversaries must be at least 1, not 0"),
    ("simple_world_comm", {"num_obstacles": -1}, "num_obstacles must be at least 0, not -1"),
    ("simple_world_comm", {"num_food": 0}, "num_food must be at least 1, not 0"),
    ("simple_world_comm", {"num_forests": -2}, "num_forests must be at least 0, not -2"),
    ("simple_world_comm", {"num_forests": 1.5}, "num_forests must be a whole number, not 1.5"),
    ("simple_adversary", {"N": 0}, "N must be at least 1"),
    ("simple_adversary", {"num_landmark_neighbors": -2}, "neighbors must be positive, or 0 for all"),
    ("simple_adversary", {"max_cycles": 0}, "max_cycles must be a positive whole number"),
    ("simple_adversary", {"max_cycles": True}, "max_cycles must be a positive whole number"),
]


@pytest.mark.parametrize(("name", "options", "message"), WRONG)
def test_a_wrong_option_is_refused_and_says_what_it_may_be(name, options, message):
    with pytest.raises(ArenaError, match=message):
        load(name, **options)


def test_an_unknown_scenario_is_refused_with_the_nearest():
    with pytest.raises(ArenaError, match="no scenario 'simple_adversery'; did you mean 'simple_adversary'"):
        load("simple_adversery")
