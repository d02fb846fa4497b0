"""arena leaderboard: sections, tables, and following a league that another process plays."""

import csv
import io
import json
import threading
from pathlib import Path

import pytest
from rich.console import Console

from arena.cli import main
from arena.report import Report
from arena.terminal import Bars
from arena.verbs.leaderboard import Options, run
from arena.verbs.showing import following


@pytest.fixture(scope="module")
def league(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("leagues") / "l"
    words = "tournament random greedy guess --scenario simple_adversary --pairs 6 --json --out"
    assert main([*words.split(), str(path)]) == 0
    return path


def test_sections_for_people_and_programs(league: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["leaderboard", str(league), "--show", "cross, sides,ends,meta", "--graph"]) == 0
    assert (league / "graph.png").read_bytes().startswith(b"\x89PNG")
    text = capsys.readouterr().out
    for words in ("points of 100 as good", "as adversary", "how legs ended", "alpha-rank as good", "side advantage"):
        assert words in text
    assert main(["leaderboard", str(league), "--show", "cross,meta", "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    order = [player["hash"] for player in data["players"]]
    assert data["cross"]["players"] == order and [p["hash"] for p in data["meta"]["players"]] == order
    assert "sides" not in data


def test_anchors_and_ranks(league: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["leaderboard", str(league), "--anchor", "random=0", "--parents"]
    assert main(words) == 0
    text = capsys.readouterr().out
    assert "anchored: random +0 Elo" in text and "Elo between anchors" in text and "ranks" in text
    assert main([*words, "--json", "--show", "superiority"]) == 0
    data = json.loads(capsys.readouterr().out)
    ratings = {player["name"]: player for player in data["players"]}
    assert (ratings["random"]["rating"], ratings["random"]["low"]) == (pytest.approx(0), pytest.approx(0))
    assert data["anchors"] == {ratings["random"]["hash"]: 0} and data["apart"] == {"adversary": [], "good": []}
    assert all(1 <= player["rank"]["low"] <= player["rank"]["high"] <= 3 for player in data["players"])
    better = data["superiority"]["cells"]
    assert better[0][0] is None and better[0][2] + better[2][0] == pytest.approx(1) and better[0][2] > 0.5


@pytest.mark.parametrize(("columns", "is_short"), [(80, True), (200, False)])
def test_tables_fit_the_terminal(
    columns: int, is_short: bool, league: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    assert main(["leaderboard", str(league), "--show", "cross,superiority,sides,ends"]) == 0
    text = capsys.readouterr().out
    assert max(map(len, text.splitlines())) <= columns and ("±" in text) == is_short


@pytest.mark.parametrize(
    ("section", "rows"), [("", 3), ("cross", 6), ("sides", 6), ("ends", 3), ("meta", 6), ("superiority", 6)]
)
def test_one_table_as_csv(section: str, rows: int, league: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["leaderboard", str(league), "--csv", "--show", section]) == 0
    found = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert len(found) == rows
    assert any("greedy" in row.values() for row in found)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--show", "corss"], "did you mean 'cross'?"),
        (["--show", "cross,ends", "--csv"], "one table"),
        (["--follow", "--csv"], "one table"),
        (["--graph"], "add --show meta"),
        (["--resamples", "5"], "at least 100"),
        (["--anchor", "greedy"], "is not NAME=ELO"),
        (["--anchor", "greedy=best"], "is not NAME=ELO"),
        (["--anchor", "greedy=inf"], "is not NAME=ELO"),
        (["--anchor", "greedy=1", "--anchor", "greedy=2"], "names greedy twice"),
        (["--anchor", "gredy=100"], "nobody in this league is called 'gredy'; did you mean 'greedy'?"),
        (["--anchor", "greedy=1", "--export", "x.csv"], "leave"),
    ],
)
def test_what_cannot_be_shown(words: list[str], message: str, league: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["leaderboard", str(league), *words]) == 2
    error = capsys.readouterr().err
    assert message in error and error.count("\n") == 1


def test_partners_of_a_league_of_mixed_seats(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    league, grown = tmp_path / "l", tmp_path / "grown"
    words = "tournament random telling --scenario simple_speaker_listener --format mixed_seats --pairs 6 --json --out"
    assert main([*words.split(), str(league)]) == 0
    first = json.loads(capsys.readouterr().out)
    assert first["legs"] == 4 * 6 and [player["legs"] for player in first["players"]] == [18, 18]
    assert main([*words.replace("6", "4").replace("telling ", "").split(), str(grown)]) == 0
    assert main(["tournament", "telling", "--pairs", "6", "--resume", "--json", "--out", str(grown)]) == 0
    assert json.loads(capsys.readouterr().out.split("\n}\n")[1] + "\n}")["fingerprint"] == first["fingerprint"]
    assert main(["leaderboard", str(league), "--show", "partners"]) == 0
    text = capsys.readouterr().out
    assert "BR-Prox: 0 is random play" in text and "host, with guest" in text and "as listener_0" in text
    assert main(["leaderboard", str(league), "--show", "partners", "--csv"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [row["player"] for row in rows] == ["telling", "random"] and float(rows[0]["br_prox_value"]) == 1
    assert main([*words.split(), str(league), "--resume", "--format", "round-robin"]) == 2
    assert "is played as mixed-seats, not round-robin; leave --format out" in capsys.readouterr().err
    assert main(["tournament", "random", "--scenario", "simple_tag", "--format", "mixed-seats", "--out", "x"]) == 2
    assert "simple_tag has 2 sides" in capsys.readouterr().err
    assert main(["leaderboard", str(league), "--show", "cross"]) == 2
    assert "show partners" in capsys.readouterr().err


def test_without_guests_or_random_play_partners_say_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def shown(*words: str) -> str:
        out = str(tmp_path / words[0])
        game = ["--scenario", "simple_reference", "--option", "max_cycles=10", "--pairs", "4", "--out", out]
        assert main(["tournament", *words[1:], *game]) == 0
        capsys.readouterr()
        assert main(["leaderboard", out, "--show", "partners"]) == 0
        return capsys.readouterr().out

    assert "nobody has been a guest yet" in shown("whole", "telling", "deaf")
    assert "not known without the score of random play" in shown("mixed", "telling", "deaf", "--format", "mixed-seats")
    text = shown("measured", "telling", "random", "--format", "mixed-seats")
    own = next(line.split()[1] for line in text.splitlines() if line.startswith(" random") and "[" in line)
    assert f"0 is random play ({own})" in text


def test_following_ends_with_the_tournament(league: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "EVERY_SECONDS", 0.01)
    reports = list(run(Options(str(league), follow=True)))
    assert reports[-1].is_result and reports[0].text.startswith("36 legs: ") and "side advantage" in reports[0].frame
    kept = (league / "leaderboard.json").read_bytes()
    (league / "leaderboard.json").write_text("{}")  # as if it were still being played
    watching = run(Options(str(league), follow=True))
    assert "playing" in next(watching).frame
    later = threading.Timer(0.2, lambda: (league / "leaderboard.json").write_bytes(kept))
    later.start()
    assert [report.is_result for report in watching][-1]
    later.join()


def test_a_frame_replaces_the_one_before() -> None:
    console = Console(file=io.StringIO(), force_terminal=True, width=80)
    with Bars(console) as bars:
        bars.frame("first\x1b[31m")
        bars.update(Report("play", 1, 2))
        bars.frame("second")
        assert [str(part) for part in bars.shown().renderables[:1]] == ["second"]
        bars.frame(" ")
        assert len(bars.shown().renderables) == 1
    assert "\x1b[31mfirst" not in console.file.getvalue()


def test_an_exported_league_is_rated_as_it_was(
    league: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, pair = tmp_path / "legs.csv", tmp_path / "pair"
    words = "tournament random guess --scenario simple_adversary --pairs 1200 --json --out"
    assert main([*words.split(), str(pair)]) == 0
    board = json.loads(capsys.readouterr().out)
    assert main(["leaderboard", str(pair), "--export", str(file)]) == 0
    capsys.readouterr()
    rows = list(csv.DictReader(io.StringIO(file.read_text())))
    assert len(rows) == board["legs"] == 2400 and {row["end"] for row in rows} == {"played"}
    favoured = board["side_advantage"]["side"]
    holder = {"adversary": "player", "good": "opponent"}[favoured]
    assert all(row["side"] == row[holder] for row in rows) and len({row["seed"] for row in rows}) == 1200
    assert main(["rate", str(file), "--model", "davidson", "--json"]) == 0
    rated = {row["player"]: row["rating"] for row in json.loads(capsys.readouterr().out)["ratings"]}
    # with two players the joint model is Davidson's, but for a prior of weight below 1 in 100: a + b is the difference
    for player in board["players"]:
        assert 2 * rated[player["name"]] == pytest.approx(player["rating"], rel=0.005)
    assert main(["leaderboard", str(league), "--export", str(file), "--csv"]) == 2
