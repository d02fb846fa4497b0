"""Games of others from the command line and from Python: trained on, resumed, played in leagues, watched, refused."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import tiny
from PIL import Image

import arena
from arena.cli import main
from arena.errors import ArenaError
from arena.foreign import from_pettingzoo, load
from arena.verbs.parts.entries import find_entry
from arena.verbs.parts.workers import Crew, play_chunks

WORD = "pettingzoo:tiny:Choices?length=4"
TRAINING = ["--algo", "dqn", "--steps", "400", "--saves", "2", "--worlds", "4", "--setting", "warmup=100"]
HERE = str(Path(tiny.__file__).parent)


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder with a run and a league of a game of others."""
    folder = tmp_path_factory.mktemp("foreign")
    assert main(["train", WORD, *TRAINING, "--out", str(folder / "run"), "--json"]) == 0
    players = [str(folder / "run@all"), "random", "--scenario", WORD, "--pairs", "10"]
    assert main(["tournament", *players, "--out", str(folder / "league"), "--json"]) == 0
    return folder


def refusal(capsys, *words):
    """The one line that these words are refused with."""
    capsys.readouterr()
    assert main([*map(str, words)]) == 2
    error = capsys.readouterr().err
    assert error.startswith("arena: ") and error.count("\n") == 1
    return error


def board_of(capsys, *words):
    capsys.readouterr()
    assert main([*map(str, words), "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_a_league_has_one_fingerprint_for_any_workers_and_interruptions(place, capsys):
    whole = board_of(capsys, "leaderboard", place / "league")
    words = ["tournament", place / "run@all", "random", "--scenario", "pettingzoo:tiny:Choices", "--workers", 2]
    other = place / "other"
    assert board_of(capsys, *words, "--pairs", 4, "--out", other)["fingerprint"] != whole["fingerprint"]
    resumed = board_of(capsys, "tournament", "--scenario", WORD, "--out", other, "--resume", "--pairs", 10)
    assert resumed["fingerprint"] == whole["fingerprint"] and resumed["players"] == whole["players"]


def test_nothing_is_imported_that_the_user_has_not_named(place):
    """Another process has no module `tiny` unless somebody imports it."""
    code = "import sys; from arena.cli import main; code = main(sys.argv[1:]); sys.exit(code or 'tiny' in sys.modules)"
    command = [sys.executable, "-c", f"import sys; sys.path.append({HERE!r}); {code}"]
    shown = subprocess.run([*command, "leaderboard", str(place / "league")], capture_output=True, text=True)
    assert shown.returncode == 0 and "random" in shown.stdout
    assert "\n\n\n" not in shown.stdout
    for words in (["play", str(place / "run"), "random"], ["tournament", "--out", str(place / "league"), "--resume"]):
        refused = subprocess.run([*command, *words], capture_output=True, text=True)
        assert refused.returncode == 2
        assert refused.stderr == (
            "arena: pettingzoo:tiny:Choices is imported only if you name it: add --scenario pettingzoo:tiny:Choices\n"
        )


def test_another_game_than_the_players_is_refused(place, capsys):
    words = ["play", place / "run", "random", "--scenario"]
    assert "play pettingzoo:tiny:Choices, not gym:CartPole-v1" in refusal(capsys, *words, "gym:CartPole-v1")
    assert "with length = 4, not 5; leave out" in refusal(capsys, *words, "pettingzoo:tiny:Choices?length=5")
    words = ["tournament", "random", place / "run", "--out", place / "cart", "--scenario", "gym:CartPole-v1"]
    assert "the players play pettingzoo:tiny:Choices, not gym:CartPole-v1" in refusal(capsys, *words)
    with pytest.raises(ArenaError, match="made for pettingzoo:tiny:Choices, not gym:CartPole-v1; leave it out"):
        find_entry(str(place / "run")).load(load("gym:CartPole-v1"))


def test_a_checkpoint_of_another_game_is_refused_by_a_game_that_was_made(place):
    other = from_pettingzoo(tiny.Choices, length=3)
    with pytest.raises(ArenaError, match="with length = 4, not 3"):
        arena.play(place / "run", "random", scenario=other)
    with pytest.raises(ArenaError, match="tiny:Choices is made already, and length comes too late"):
        arena.play("random", "random", scenario=other, option=("length=4",))


def test_functions_of_this_process_train_and_play_here_alone(tmp_path):
    def maker(length=5):
        return tiny.Choices(length=length)

    game = from_pettingzoo(maker, length=4)
    list(
        arena.train(game, algo="dqn", steps=400, saves=1, worlds=4, setting=("warmup=100",), out=str(tmp_path / "run"))
    )
    played = arena.play(tmp_path / "run", "random", scenario=game, pairs=3)
    assert played["legs"] == 6
    found = arena.tournament([tmp_path / "run", "random"], tmp_path / "league", scenario=game, pairs=3)
    assert found.board["legs"] == 6
    with pytest.raises(ArenaError, match="other processes cannot make pettingzoo:maker: its maker must be a function"):
        arena.tournament(["random"], tmp_path / "league", scenario=game, resume=True, workers=2)
    with pytest.raises(ArenaError, match=r"length=5.*resume it as it was"):
        list(
            arena.train(from_pettingzoo(maker, length=5), algo="dqn", steps=400, out=str(tmp_path / "run"), resume=True)
        )


def test_it_is_watched(place, capsys):
    out = place / "game.gif"
    assert main(["watch", str(place / "run"), "random", "--scenario", WORD, "--size", "200", "--out", str(out)]) == 0
    with Image.open(out) as picture:
        assert picture.n_frames == 5


def test_options_that_no_card_could_hold_are_refused_before_training(tmp_path, capsys):
    for option, fault in (
        ("length=2000000", "beyond 100000"),
        (f"seat={'x' * 10_001}", "longer than 10000 characters"),
    ):
        words = ["train", f"pettingzoo:tiny:Choices?{option}", *TRAINING, "--out", tmp_path / "run"]
        assert f"is {fault}; choose another" in refusal(capsys, *words)
    assert not (tmp_path / "run").exists()


def test_a_module_of_this_folder_is_not_found_without_its_path(tmp_path, monkeypatch, capsys):
    (tmp_path / "lonely.py").write_text("", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert "for lonely.py of this folder put PYTHONPATH=. before" in refusal(capsys, "train", "pettingzoo:lonely")


def test_a_word_takes_its_timeout_to_other_processes():
    game = load(f"{WORD}&timeout_s=7")
    assert game.word == f"{WORD}&timeout_s=7.0" and load(game.word).timeout_s == 7
    assert "timeout_s" not in game.parameters and load(WORD).identity == game.identity


def test_what_fails_in_a_worker_is_told(monkeypatch):
    """Without a line of concurrent.futures, which would speak of dying processes."""
    crew = Crew("pettingzoo:tiny:Nobody", {}, ())
    with pytest.raises(ArenaError, match="tiny has no function 'Nobody'"):
        list(play_chunks(iter([None]), crew, 2))


def test_warnings_are_one_line_too(tmp_path):
    words = ["train", f"pettingzoo:tiny:Choices?drift={tiny.OF_ALL}", *TRAINING, "--out", str(tmp_path / "run")]
    code = f"import sys; sys.path.append({HERE!r}); from arena.cli import main; sys.exit(main({words!r}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0 and done.stderr.count("\n") == 1
    assert done.stderr.startswith("arena: pettingzoo:tiny:Choices does not repeat itself")


def test_infos_that_are_no_dicts_report_nothing():
    class Mute(tiny.Choices):
        def step(self, actions):
            *answer, infos = super().step(actions)
            return *answer, None if self.time > 2 else dict.fromkeys(infos)

    assert from_pettingzoo(Mute).metric_names == ()


def test_a_crowd_is_refused():
    class Crowd(tiny.Choices):
        def __init__(self):
            super().__init__()
            self.possible_agents = [f"agent_{k}" for k in range(1001)]

    with pytest.raises(ArenaError, match="has 1,001 agents; the arena seats up to 1,000"):
        from_pettingzoo(Crowd)
