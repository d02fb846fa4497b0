"""Environments that misbehave: a short message that says which, where and what to do, here and in workers."""

import subprocess
import sys
import time

import numpy as np
import pytest
import tiny

from arena.errors import ArenaError
from arena.foreign import crew, from_pettingzoo, load

KEYS = np.array([500, 600, 700], np.uint64)  # a first look at a game takes small seeds
WRONG = {
    "reset": "pettingzoo:tiny: reset() of world 1 (seed 600) raised OSError: the door is shut; the fault is",
    "few": "a game began with hunter_0, hunter_1, and possible_agents are hunter_0, hunter_1, prey_0; the arena needs",
    "step": "step() of world 1 (seed 600) raised KeyError: 'lost'; the fault is the environment's: mend it",
    "exit": "step() of world 1 (seed 600) raised SystemExit: 3",
    "nan_reward": "step() of world 1 (seed 600) gave prey_0 a reward that is nan or endless; the fault is the",
    "nan_obs": "step() of world 1 (seed 600) gave hunter_0 an observation that is nan or endless",
    "no_reward": "prey_0 took part in a step and got no reward",
    "text_reward": "the reward of prey_0 is 'much', not a number",
    "shape": "prey_0 saw uint8 numbers of shape (9,) instead of (2, 3, 1); the environment breaks its own space",
    "number": "hunter_1 saw 6 instead of a number from 2 to 5",
    "blind": "prey_0 goes on and saw nothing",
    "join": "stranger joined a game that was going on; in the arena agents may only leave",
    "hang": "step() of world 1 (seed 600) did not come back within 0.3 s; mend it, or raise timeout_s",
    "reset_hang": "reset() of world 1 (seed 600) did not come back within 0.3 s",
}


def begun(fault, threads):
    """Worlds of which the second misbehaves in its game."""
    game = from_pettingzoo(tiny.parallel_env, fault=fault, bad_seed=600, timeout_s=0.3)
    return game.open(3, threads=threads)


def run(worlds):
    worlds.reset(KEYS)
    for _ in range(3):
        worlds.step(np.zeros((3, 3, 10), np.float32))


@pytest.mark.parametrize("fault", WRONG)
def test_in_this_process(fault):
    worlds = begun(fault, threads=1)
    with pytest.raises(ArenaError) as caught:
        run(worlds)
    assert WRONG[fault] in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize("fault", ["step", "hang", "nan_reward"])
def test_in_workers(fault):
    worlds = begun(fault, threads=2)
    start = time.monotonic()
    with pytest.raises(ArenaError) as caught:
        run(worlds)
    assert WRONG[fault] in str(caught.value)
    assert time.monotonic() - start < 20
    worlds.close()


def test_a_worker_that_dies():
    worlds = begun("die", threads=2)
    with pytest.raises(ArenaError) as caught:
        run(worlds)
    assert "the process of world 1 ended with code 7 in step(); try it with threads=1" in str(caught.value)
    with pytest.raises(ArenaError, match="these worlds are closed; open new ones"):
        worlds.step(np.zeros((3, 3, 10), np.float32))


def test_a_worker_that_does_not_hear_its_own_alarm(monkeypatch):
    monkeypatch.setattr(crew, "GRACE_S", 0.2)
    worlds = begun("deaf", threads=2)
    with pytest.raises(ArenaError, match=r"step\(\) of one of the worlds 1\.\.1 did not come back within 0\.3 s"):
        run(worlds)


def test_a_script_without_a_guard_may_use_workers(tmp_path):
    (tmp_path / "script.py").write_text(
        "import numpy as np\n"
        "from arena.foreign import load\n"
        "worlds = load('pettingzoo:mpe2.simple_v3').open(2, threads=2)\n"
        "print(len(worlds._block._processes), worlds.step(np.zeros((1, 2, 5), np.float32)).alive.sum())\n",
        encoding="utf-8",
    )
    done = subprocess.run([sys.executable, "script.py"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.stdout, done.returncode) == ("2 2.0\n", 0), done.stderr
    assert "Error" not in done.stderr


def test_worlds_that_are_dropped_end_their_workers():
    worlds = begun("", threads=2)
    processes = list(worlds._block._processes)
    del worlds
    assert all(process._closed for process in processes)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"fault": "make"}, "pettingzoo:tiny cannot be made with fault=make: ValueError: no tiles; correct them, or"),
        ({"lenght": 4}, "pettingzoo:tiny has no option 'lenght'; did you mean 'length'?"),
        ({"render_mode": "human"}, "pettingzoo:tiny: the arena sets render_mode itself; leave it out"),
        ({"length": [4]}, "pettingzoo:tiny: option length must be a number, true, false or a text, not [4]"),
        ({"length": float("nan")}, "option length must be a number"),
        ({"max_cycles": -1}, "max_cycles must be a whole number from 0 up, not -1"),
        ({"max_cycles": 2.5}, "max_cycles must be a whole number"),
        ({"draw_margin": -1}, "draw_margin must be a number from 0 up, not -1"),
        ({"draw_margin": float("inf")}, "draw_margin must be a number from 0 up, not inf"),
        ({"frame_stack": 0}, "frame_stack must be a whole number from 1 to 64, not 0"),
        ({"timeout_s": 0}, "timeout_s must be a number from 0.01 up, not 0"),
        ({"worlds": 0}, "worlds must be a whole number from 1 up, not 0"),
        ({"sides": "a=hunter_0"}, "hunter_1, prey_0 has no side"),
        ({"fault": "reset"}, "reset() of world 0 (seed 1) raised OSError: the door is shut"),
        ({"fault": "hang", "timeout_s": 0.2}, "step() of world 0 (seed 1) did not come back within 0.2 s"),
    ],
)
def test_options_that_cannot_be(options, message):
    with pytest.raises(ArenaError) as caught:
        from_pettingzoo(tiny.parallel_env, **options)
    assert message in str(caught.value) and "\n" not in str(caught.value)


def test_what_is_no_function_or_makes_no_environment():
    with pytest.raises(ArenaError, match="takes the function that makes an environment, not a Tiny"):
        from_pettingzoo(tiny.Tiny())
    with pytest.raises(ArenaError, match="makes a int; the arena needs a pettingzoo ParallelEnv or a gymnasium Env"):
        from_pettingzoo(lambda: 3)
    with pytest.raises(ArenaError, match=r"its agents act in turn \(AECEnv\).*pettingzoo.utils.aec_to_parallel"):
        from_pettingzoo(tiny.Turns)
    with pytest.raises(ArenaError, match="has no possible_agents"):
        from_pettingzoo(tiny.Nameless)
    with pytest.raises(ArenaError, match=r"making the environment took longer than 0\.2 s"):
        from_pettingzoo(lambda: time.sleep(30), timeout_s=0.2)
    with pytest.raises(ArenaError, match="two agents of one name: 1, 1"):
        from_pettingzoo(tiny.Twins)


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("pettingzoo:butterfly.knights_archers_zombies_v10", "did you mean 'butterfly.knights_archers_zombies_v11'?"),
        ("pettingzoo:pettingzoo.sisl.pursuit_v4", "did you mean 'sisl.pursuit_v5'?"),
        ("pettingzoo:mpe2.simple_adversery_v3", "did you mean 'mpe2.simple_adversary_v3'?"),
        ("pettingzoo:mpe2", "mpe2 has no parallel_env; name the module of an environment, e.g. mpe2."),
        ("pettingzoo:mpe2.simple_v3:parallel_en", "mpe2.simple_v3 has no function 'parallel_en'; did you mean 'para"),
        ("pettingzoo:../tiny", "there is no module '../tiny'"),
        ("pettingzoo:nowhere_at_all", "pettingzoo:nowhere_at_all: there is no module 'nowhere_at_all'"),
        ("pettingzoo:needy", "pettingzoo:needy needs the package 'no_such_package', which is not installed"),
        ("pettingzoo:broken", "importing broken raised ZeroDivisionError: division by zero"),
        ("pettingzoo:classic.tictactoe_v3", "its agents act in turn (AECEnv)"),
        ("pettingzoo:mpe2.simple_spread_v3?n=3", "has no option 'n'; known: N, benchmark_data,"),
        ("pettingzoo:sisl.pursuit_v5?n_evader=3", "has no option 'n_evader'; did you mean 'n_evaders'?"),
        ("gym:CartPol-v1", "there is no environment 'CartPol-v1' in Gymnasium"),
        ("gym:CartPol-v1", "did you mean 'CartPole-v1'?"),
        ("gym:CartPole-v1?sutton_barto=true", "has no option 'sutton_barto'; did you mean 'sutton_barto_reward'?"),
        ("gym:CartPole-v1?render_mode=human", "the arena sets render_mode itself"),
        ("gym:Blackjack-v1", "agent_0 sees a Tuple; the arena reads Box and Discrete observations"),
    ],
)
def test_words_that_lead_nowhere(word, message, tmp_path, monkeypatch):
    (tmp_path / "needy.py").write_text("import no_such_package\n", encoding="utf-8")
    (tmp_path / "broken.py").write_text("1 / 0\n", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ArenaError) as caught:
        load(word)
    assert message in str(caught.value) and "\n" not in str(caught.value)
