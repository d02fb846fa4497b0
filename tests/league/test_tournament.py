"""Tournaments that are shuffled, interrupted, killed, and spoiled by their players."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from league_fakes import GAME, entrants, play, played, same

from arena.draw import seed_of
from arena.games import End, Games, world_seeds
from league.leaderboard import leaderboard
from league.records.ledger import Ledger, spec_of
from league.records.legs import fingerprint
from league.schedules.round_robin import round_robin
from league.tournament import LONGEST_NOTE, Play, Progress, run, voids

NAMES = [f"{k:064x}" for k in range(5)]
SPEC = spec_of(GAME, tournament_seed=1)
SEEDS = 20


def a_schedule() -> Games:
    return round_robin(GAME, NAMES, world_seeds(1, GAME, SEEDS), dict.fromkeys(NAMES, ("adversary", "good")))


def hold(path: Path, how: Play = play, chunk_legs: int = 32) -> list[Progress]:
    with Ledger.open(path / "ledger.sqlite", SPEC) as ledger:
        ledger.enter(entrants(NAMES).values())
        return list(run(ledger, a_schedule(), how, "env", chunk_legs))


def outcome(path: Path) -> tuple[Games, dict]:
    with Ledger.read_only(path / "ledger.sqlite") as ledger:
        games = ledger.results(a_schedule())
        return games, leaderboard(games, ledger.entrants(), GAME, ledger.environments(), resamples=20)


@pytest.fixture(scope="module")
def reference() -> tuple[str, dict]:
    games = played(a_schedule())
    return fingerprint(games), leaderboard(games, entrants(NAMES), GAME, ["env"], resamples=20)


def shuffling(seed: int, window: int) -> Play:
    """Play that takes `window` chunks ahead and finishes them in any order, as a pool does."""

    def shuffled(chunks: Iterator[Games]) -> Iterator[tuple[Games, Mapping[str, str]]]:
        rng, ahead = np.random.default_rng(seed), []
        for chunk in chunks:
            ahead.append(chunk)
            if len(ahead) == window:
                yield played(ahead.pop(rng.integers(window))), {}
        for k in rng.permutation(len(ahead)):
            yield played(ahead[k]), {}

    return shuffled


@pytest.mark.parametrize(("seed", "window", "chunk_legs"), [(0, 1, 1000), (1, 4, 32), (2, 8, 7), (3, 50, 31)])
def test_order_and_chunks_change_nothing(
    tmp_path: Path, reference: tuple[str, dict], seed: int, window: int, chunk_legs: int
) -> None:
    steps = hold(tmp_path, shuffling(seed, window), chunk_legs)
    games, board = outcome(tmp_path)
    assert (fingerprint(games), board) == reference
    assert steps[0] == Progress(0, 0, 400, {}) and steps[-1] == Progress(400, 0, 400, {})
    assert [step.done for step in steps] == sorted(step.done for step in steps)


def test_a_finished_tournament_plays_nothing(tmp_path: Path) -> None:
    hold(tmp_path)
    assert hold(tmp_path, lambda chunks: pytest.fail("nothing to play")) == [Progress(400, 0, 400, {})] * 2


def test_chunks_are_places_in_the_schedule(tmp_path: Path) -> None:
    schedule = a_schedule()
    with Ledger.open(tmp_path / "ledger.sqlite", SPEC) as ledger:
        ledger.add(played(schedule[5:70]), "env")
    seen = []

    def watching(chunks: Iterator[Games]) -> Iterator[tuple[Games, Mapping[str, str]]]:
        for chunk in chunks:
            seen.append(chunk)
            yield played(chunk), {}

    hold(tmp_path, watching, chunk_legs=100)
    assert [len(chunk) for chunk in seen] == [35, 100, 100, 100]
    assert same(Games.joined(seen), Games.joined([schedule[:5], schedule[70:]]))


def test_play_that_breaks_keeps_what_was_acknowledged(tmp_path: Path, reference: tuple[str, dict]) -> None:
    for chunks_before in (0, 1, 5):

        def breaking(chunks: Iterator[Games], left: int = chunks_before) -> Iterator[tuple[Games, Mapping[str, str]]]:
            for _ in range(left):
                yield played(next(chunks)), {}
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            hold(tmp_path, breaking)
    assert (outcome(tmp_path)[0].end == End.PLAYED).sum() == 6 * 32
    hold(tmp_path)
    games, board = outcome(tmp_path)
    assert (fingerprint(games), board) == reference


def test_leaving_the_loop_closes_play(tmp_path: Path) -> None:
    closed = []

    def closing_play(chunks: Iterator[Games]) -> Iterator[tuple[Games, Mapping[str, str]]]:
        try:
            yield from play(chunks)
        finally:
            closed.append(True)

    with Ledger.open(tmp_path / "ledger.sqlite", SPEC) as ledger:
        steps = run(ledger, a_schedule(), closing_play, "env", 32)
        assert [next(steps).done for _ in range(3)] == [0, 32, 64]
        steps.close()
        assert closed == [True]


def test_results_that_wait_are_written_when_the_loop_is_left(tmp_path: Path) -> None:
    with Ledger.open(tmp_path / "ledger.sqlite", SPEC) as ledger:
        steps = run(ledger, a_schedule(), play, "env", 32, save_seconds=3600)
        assert [next(steps).done for _ in range(3)] == [0, 0, 0]
        assert len(ledger.read()) == 0
        steps.close()
        assert len(ledger.read()) == 64
        assert [step.done for step in run(ledger, a_schedule(), play, "env", 32, save_seconds=3600)][-1] == 400


KILLED = """
import sys, time
from pathlib import Path
sys.path.insert(0, {tests!r})
from test_tournament import hold, played
def slowly(chunks):
    print("playing", flush=True)
    for chunk in chunks:
        time.sleep(0.004)
        yield played(chunk), {{}}
hold(Path(sys.argv[1]), slowly, chunk_legs=8)
"""


@pytest.mark.parametrize("kills", [3, pytest.param(8, marks=pytest.mark.slow)])
def test_killed_at_any_moment_and_resumed(kills: int, tmp_path: Path, reference: tuple[str, dict]) -> None:
    program = KILLED.format(tests=str(Path(__file__).parent))
    rng = np.random.default_rng(0)
    done = []
    for _ in range(kills):
        process = subprocess.Popen([sys.executable, "-c", program, str(tmp_path)], stdout=subprocess.PIPE)
        with process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(rng.uniform(0.0, 0.05))
            process.send_signal(signal.SIGKILL)
        done.append(int((outcome(tmp_path)[0].end == End.PLAYED).sum()))
    assert done == sorted(done) and done[-1] > 0
    hold(tmp_path)
    games, board = outcome(tmp_path)
    assert (fingerprint(games), board) == reference


def spoiling(broken: str, seat_of_blame: int | None = None, until: int = 10**9) -> tuple[Play, list[int]]:
    """Play in which the first `until` legs of the player `broken` are void."""
    count = [0]

    def spoiled(chunks: Iterator[Games]) -> Iterator[tuple[Games, Mapping[str, str]]]:
        for chunk in chunks:
            games = played(chunk)
            is_hit = (chunk.player == chunk.names.index(broken)).any(1) & (count[0] < until)
            count[0] += int(is_hit.sum())
            seat = (chunk.player == chunk.names.index(broken)).argmax(1) if seat_of_blame is None else seat_of_blame
            yield (
                replace(
                    games,
                    end=np.where(is_hit, End.VOID, games.end).astype(np.int8),
                    fault=np.where(is_hit, seat, -1).astype(np.int8),
                ),
                {broken: "ValueError: " + "x" * 999},
            )

    return spoiled, count


def test_a_player_that_breaks_twice_is_withdrawn_and_nobody_else_is_touched(tmp_path: Path) -> None:
    broken = NAMES[2]
    how, count = spoiling(broken)
    end = hold(tmp_path, how)[-1]
    assert list(end.withdrawn) == [broken]
    assert end.withdrawn[broken].startswith("ValueError: x") and len(end.withdrawn[broken]) == LONGEST_NOTE
    assert (end.done, end.skipped) == (240, 160)  # 12 of 20 line-ups are without it
    assert count[0] <= 2 * 32
    games, board = outcome(tmp_path)
    has_broken = (games.player == 2).any(1)
    np.testing.assert_array_equal(games.end, np.where(has_broken, End.UNPLAYED, End.PLAYED))
    expected = played(a_schedule())
    assert same(games[~has_broken], expected[~has_broken])
    (row,) = [player for player in board["players"] if player["hash"] == broken]
    assert (row["legs"], row["losses"], row["provisional"]) == (0, 0, True)
    # It stays withdrawn.
    assert hold(tmp_path, play)[-1] == end
    with Ledger.read_only(tmp_path / "ledger.sqlite") as ledger:
        assert ledger.notes("withdrawn") == dict(end.withdrawn)
        assert voids(ledger) == {broken: count[0]}
        board = leaderboard(games, ledger.entrants(), GAME, resamples=20, voids=voids(ledger))
        assert {row["hash"]: row["ends"]["void"] for row in board["players"]} == dict.fromkeys(NAMES, 0) | {
            broken: count[0]
        }


def test_a_single_void_is_played_again(tmp_path: Path, reference: tuple[str, dict]) -> None:
    how, count = spoiling(NAMES[0], until=1)
    assert hold(tmp_path, how)[-1] == Progress(400, 0, 400, {})
    assert count[0] == 32
    assert fingerprint(outcome(tmp_path)[0]) == reference[0]


def test_voids_without_anybody_at_fault_wait_for_the_next_run(tmp_path: Path, reference: tuple[str, dict]) -> None:
    how, _ = spoiling(NAMES[0], seat_of_blame=-1)
    assert hold(tmp_path, how)[-1] == Progress(240, 160, 400, {})
    assert hold(tmp_path)[-1] == Progress(400, 0, 400, {})
    assert fingerprint(outcome(tmp_path)[0]) == reference[0]


def test_voids_come_back_from_a_pool_as_well(tmp_path: Path) -> None:
    """Chunks handed out before a player was withdrawn may still bring its voids."""
    inner, _ = spoiling(NAMES[1])

    def late(chunks: Iterator[Games]) -> Iterator[tuple[Games, Mapping[str, str]]]:
        yield from inner(iter(list(chunks)))

    end = hold(tmp_path, late)[-1]
    assert (end.done, end.skipped, list(end.withdrawn)) == (240, 160, [NAMES[1]])


def test_fake_results_depend_on_the_leg_alone() -> None:
    games = a_schedule()
    row = games[7:8]
    assert played(row).winner[0] == seed_of(*(row.names[k] for k in row.player[0]), int(row.seed[0])) % 3 - 1
