"""The scripted players of the scenarios play as their words say, and well or badly by the numbers."""

import numpy as np
import pytest

from agents.policies.scripted import scripted_names, scripted_player, uninformed_names
from arena.games import End, Games, seat_of_sides, world_seeds
from arena.player import Player
from arena.playing import play
from arena.scenario import find_module, known_scenarios, load

LEGS = 400
ALL = [(name, script) for name in known_scenarios() for script in getattr(find_module(name), "PLAYERS", {})]


class Still:
    memory_width = 0

    def act(self, seat, obs, memory, stream, step):
        return np.zeros((len(obs), 5), np.float32)


def match(name, *line_up, legs=LEGS, **options):
    """The legs of one line-up, a player a side; "still" rests."""
    scenario = load(name, **options)
    players = {
        script: Player(script, script, Still(), tuple(scenario.sides))
        if script == "still"
        else scripted_player(scenario, script)
        for script in set(line_up)
    }
    names = tuple(players)
    sides = np.tile([names.index(script) for script in line_up], (legs, 1))
    games = Games.unplayed(scenario, names, seat_of_sides(scenario, sides), world_seeds(0, scenario, legs))
    played, errors = play(games, players, scenario)
    assert not errors and (played.end == End.PLAYED).all()
    return played, dict(zip(scenario.metric_names, played.metrics.mean(0), strict=True))


@pytest.mark.parametrize(("name", "script"), ALL)
@pytest.mark.parametrize(
    "few", [{}, {"num_agent_neighbors": 1}, {"num_agent_neighbors": 9, "num_landmark_neighbors": 9}]
)
def test_every_script_acts_legally_and_row_by_row(name, script, few):
    """For any N and any view: rows together act as each alone, so nobody writes into another's memory."""
    known = find_module(name).Options._fields
    for count in (1, 2, 4):
        counts = ("N", "num_good", "num_adversaries", "num_collectors", "num_deposits", "num_treasures")
        options = {**dict.fromkeys(counts, count), **few}
        scenario = load(name, **{option: value for option, value in options.items() if option in known})
        policy = scripted_player(scenario, script).policy
        seen = np.random.default_rng(count).uniform(-2, 2, (3, 20, scenario.observation_width)).astype(np.float32)
        for seat in range(len(scenario.seats)):
            memory = np.zeros((20, policy.memory_width), np.float32)
            alone = memory.copy()
            for step, obs in enumerate(seen):
                stream = np.zeros(20, np.uint64)
                action = policy.act(seat, obs, memory, stream, step)
                assert (action >= 0).all() and (action <= 1).all() and (action[:, :5] > 0).any()
                rows = [policy.act(seat, obs[r : r + 1], alone[r : r + 1], stream[:1], step) for r in range(20)]
                np.testing.assert_array_equal(action, np.concatenate(rows))
            np.testing.assert_array_equal(memory, alone)


def test_greedy_agents_go_to_the_goal():
    _, metrics = match("simple_adversary", "still", "greedy")
    _, resting = match("simple_adversary", "still", "still")
    assert metrics["good_distance"] < 0.1 and metrics["good_success_0.1"] > 0.95
    assert resting["good_distance"] > 0.4


def test_a_greedy_adversary_guesses_one_landmark_in_two():
    _, metrics = match("simple_adversary", "greedy", "still")
    expected = 0.5
    assert abs(metrics["adversary_success_0.1"] - expected) < 4 * np.sqrt(0.25 / LEGS) + 0.05


def test_a_follower_finds_the_goal_that_greedy_agents_give_away():
    """Both greedy agents run to the goal, so following the most direct one beats going to the nearest."""
    _, follower = match("simple_adversary", "deceptive", "greedy")
    _, nearest = match("simple_adversary", "greedy", "greedy")
    assert follower["adversary_success_0.2"] > nearest["adversary_success_0.2"] + 0.15


def test_spreading_over_the_landmarks_deceives_the_follower():
    told, _ = match("simple_adversary", "deceptive", "greedy")
    deceived, metrics = match("simple_adversary", "deceptive", "deceptive")
    assert metrics["good_success_0.1"] > 0.9
    assert deceived.score[:, 1].mean() > told.score[:, 1].mean() + 3
    assert (deceived.winner == 1).mean() > (told.winner == 1).mean() + 0.1


def test_greedy_agents_cover_the_landmarks():
    """Against 2.0 for random play in the units of published-results: cover plus hits, a frame."""
    played, metrics = match("simple_spread", "greedy")
    _, wandering = match("simple_spread", "random")
    assert metrics["covered"] > 2.5 and wandering["covered"] < 0.3
    assert metrics["cover"] + metrics["hits"] < 1.2 < 1.8 < wandering["cover"] + wandering["hits"]
    assert played.score.mean() > -15


def test_random_moves_are_even():
    scenario = load("simple_adversary")
    policy = scripted_player(scenario, "random").policy
    stream = world_seeds(1, scenario, 5000)
    action = policy.act(0, np.zeros((5000, 10), np.float32), np.zeros((5000, 0), np.float32), stream, 3)
    assert (action.sum(1) == 1).all()
    assert np.abs(action.sum(0) - 1000).max() < 4 * np.sqrt(5000 * 0.16)


@pytest.mark.parametrize(
    ("script", "radius", "expected"),
    [
        ("guess", 0.1, 0.504),
        ("guess", 0.2, 0.514),
        ("guess", 0.4, 0.552),
        ("middle", 0.2, 0.105),
        ("middle", 0.4, 0.345),
    ],
)
def test_who_has_found_out_nothing_succeeds_by_chance(script, radius, expected):
    """The chances are those of published-results, from start positions alone."""
    _, metrics = match("simple_adversary", script, "random", legs=4000)
    assert abs(metrics[f"adversary_success_{radius}"] - expected) < 4 * np.sqrt(expected * (1 - expected) / 4000)


def test_a_deaf_listener_stands_in_the_middle():
    """Within 0.2 of the goal in 6.9 % of games."""
    _, metrics = match("simple_speaker_listener", "deaf", legs=4000)
    assert abs(metrics["success_0.2"] - 0.069) < 4 * np.sqrt(0.069 * 0.931 / 4000)


def test_whoever_says_the_same_word_is_right_in_every_second_game():
    _, metrics = match("simple_crypto", "guess", "cipher", legs=4000)
    assert abs(metrics["eve_accuracy"] - 0.5) < 4 * np.sqrt(0.25 / 4000)


def test_the_uninformed_are_players_of_a_side():
    for name in known_scenarios():
        game = load(name)
        for side, names in (game.part("UNINFORMED") or {}).items():
            assert uninformed_names(game, side) == names and set(names) < set(scripted_names(game))
    assert uninformed_names(load("simple_adversary"), "good") == ()


def test_names_are_listed():
    assert scripted_names(load("simple_adversary")) == ("random", "greedy", "deceptive", "guess", "middle")
    assert scripted_names(load("simple_spread")) == ("random", "greedy")
