"""What the benchmarks stand on: fair actions, a peer's process that answers or says why not, rows that tell all."""

import io
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from arena.parallel import parallel_env
from arena.report import Report
from arena.scenario import known_scenarios, load
from arena.verbs.parts.league_folder import LeagueFolder
from benchmarks import peers, published_run, timed_ledger, timed_study
from benchmarks.engine import choices, draw_actions
from benchmarks.measure import row
from benchmarks.peer import serve
from benchmarks.peers import NotMeasured, ask, end, running
from benchmarks.tables import line


def test_every_seat_draws_from_all_its_actions() -> None:
    for name in known_scenarios():
        view, seats = parallel_env(name), load(name).seats
        assert [choices(seat) for seat in seats] == [view.action_space(seat.name).n for seat in seats]


def test_drawn_actions_are_uniform_and_go_on_where_they_stopped() -> None:
    counts = np.array([5, 3, 50], np.uint64)
    action, later = np.zeros((3, 30_000), np.int8), np.zeros((3, 30_000), np.int8)
    draw_actions(np.uint64(7), 0, counts, action)
    draw_actions(np.uint64(7), action.size, counts, later)
    assert (action != later).any(axis=1).all()
    for drawn, count in zip(action, counts.astype(int), strict=True):
        shares = np.bincount(drawn, minlength=count) / drawn.size
        assert shares.size == count
        np.testing.assert_allclose(shares, 1 / count, atol=5 * np.sqrt(1 / count / drawn.size))


def test_a_peer_stays_with_its_quickest_size(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("\n\n"))
    steps = {1: 1, 2: 10**9, 3: 10}
    serve("1.0", steps, lambda size: lambda: steps[size])
    found, *rounds = map(json.loads, capsys.readouterr().out.splitlines())
    assert found == {"version": "1.0", "worlds": 2}
    assert len(rounds) == 2 and all(answer["speed"] > 10**9 for answer in rounds)


def test_a_peer_that_fails_says_why() -> None:
    with (
        pytest.raises(NotMeasured, match=r"No module named benchmarks\.peer_nobody"),
        running("nobody", "x", sys.executable) as process,
    ):
        process.wait()
        ask(process)


def test_the_time_of_a_study_is_told_apart_from_that_of_its_cross_play(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(options: object) -> Iterator[Report]:
        for phase, seconds in (("train", 0.2), (timed_study.CROSS_PLAY, 0.1), (timed_study.CROSS_PLAY, 0.1), ("", 0.1)):
            time.sleep(seconds)
            yield Report(phase)

    monkeypatch.setattr(timed_study, "run", run)
    timed_study.main("ddpg", 1, 1000)
    found = json.loads(capsys.readouterr().out)
    assert 0.2 <= found["cross_play_seconds"] < 0.3 < 0.5 <= found["seconds"] < 0.8
    assert found["peak_bytes"] > 1 << 20


def test_a_simulated_ledger_is_what_a_tournament_writes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    timed_ledger.main(tmp_path, players=4, seeds=30)
    told = json.loads(capsys.readouterr().out)
    board = LeagueFolder(tmp_path).standings(100)
    assert told["legs"] == board["legs"] == 360 and told["seconds"] > 0 and told["peak_bytes"] > 1 << 20
    assert {player["legs"] for player in board["players"]} == {180} and 0 < board["draw_rate"] < 0.5


def test_the_published_run_makes_an_update_every_hundred_steps(capsys: pytest.CaptureFixture[str]) -> None:
    published_run.main(games=16)
    told = json.loads(capsys.readouterr().out)
    assert told["updates"] == 16 * 25 // 100 and told["seconds"] > 0 and 1 << 26 < told["peak_bytes"] < 1 << 33


@pytest.mark.parametrize(("program", "code"), [("input()", 0), ("__import__('time').sleep(60)", -9)])
def test_a_peer_may_end_its_own_processes_before_it_is_killed(
    program: str, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(peers, "PATIENCE_S", 20 if code == 0 else 0.1)
    words = [sys.executable, "-c", f"import contextlib\nwith contextlib.suppress(EOFError): {program}"]
    with subprocess.Popen(words, stdin=subprocess.PIPE, text=True) as process:
        end(process)
    assert process.returncode == code


def test_a_row_without_a_value_is_told_from_a_missed_one() -> None:
    text = line(row("a|b", None, "world-steps/s", "higher", None, 3))
    assert text == "| a/b |  |  |  | ≥ 3 (not measured) |"
    assert line(row("c", 10.0, "s", "lower", 5.0, 1, True)) == "| c | 10 s | 5 s | 2 x | ≤ 1 x (missed) |"
