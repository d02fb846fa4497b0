"""Leagues that are broken or in use: every verb says so in one line, and what to do next."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from arena.cli import main
from arena.files import lock

READ_LEGS = (
    ["leaderboard", "LEAGUE"],
    ["tournament", "--out", "LEAGUE", "--resume"],
    ["league", "check", "LEAGUE"],
    ["league", "merge", "NEW", "LEAGUE"],
)
READ_PLAYERS = (["tournament", "LEAGUE", "--out", "NEW"], ["league", "leave", "LEAGUE", "greedy"])


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("leagues") / "played"
    words = "tournament random greedy guess --scenario simple_adversary --pairs 60 --json --out"
    assert main([*words.split(), str(path)]) == 0
    return path


def execute(ledger: Path, *statement: object) -> None:
    with closing(sqlite3.connect(ledger, isolation_level=None)) as connection:
        connection.execute(*statement)


def cut_short(ledger: Path) -> None:
    os.truncate(ledger, ledger.stat().st_size - 2 * 4096)


def edited_block(ledger: Path) -> None:
    """A byte in the middle of the columns, as an editor of files would change it."""
    data = bytearray(ledger.read_bytes())
    with closing(sqlite3.connect(ledger)) as connection:
        ((block,),) = connection.execute("SELECT data FROM block")
    data[bytes(data).index(block[1440:1448])] ^= 1  # of the first seed: there are 360 line-ups of 4 bytes
    ledger.write_bytes(data)


def edited_spec(ledger: Path) -> None:
    execute(ledger, "UPDATE spec SET text = replace(text, 'simple_adversary-v1', 'simple_adversary-v2')")


def newer(ledger: Path) -> None:
    execute(ledger, "PRAGMA user_version = 99")


def no_sqlite(ledger: Path) -> None:
    ledger.write_text("player,score\nann,1\n" * 100)


def empty(ledger: Path) -> None:
    ledger.write_bytes(b"")


BROKEN = {
    newer: ("has version 99 of the ledger's tables, this reads 2; update marl-arena",),
    no_sqlite: ("is damaged or no ledger (file is not a database); put back a copy of it",),
    empty: ("is not a ledger of the arena; choose another file",),
    cut_short: ("is damaged (database disk image is malformed); put back a copy of it, or keep", "arena league repair"),
    edited_block: ("damaged block 1; put back a copy of the file, or drop", "arena league repair"),
    edited_spec: ("has a specification that is damaged or has been edited; put back a copy of it",),
}


@pytest.mark.parametrize("breaking", BROKEN)
def test_a_broken_ledger_is_one_message(
    breaking: Callable[[Path], None], played: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    league, new = tmp_path / "league", tmp_path / "new"
    shutil.copytree(played, league)
    breaking(league / "ledger.sqlite")
    before = (league / "ledger.sqlite").read_bytes()
    for verb in READ_LEGS + (() if breaking is edited_block else READ_PLAYERS):
        words = [{"LEAGUE": str(league), "NEW": str(new)}.get(word, word) for word in verb]
        assert main(words) == 2, words
        error = capsys.readouterr().err
        assert error.startswith("arena: ") and error.count("\n") == 1
        assert all(gist in error for gist in BROKEN[breaking]), error
    assert (league / "ledger.sqlite").read_bytes() == before and not new.exists()


def test_a_second_scheduler_is_refused_and_a_dead_one_holds_nothing(
    played: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    league = Path(shutil.copytree(played, tmp_path / "league"))
    program = (
        "import sys, time; from pathlib import Path; from arena.verbs.parts.league_folder import LeagueFolder;"
        "ledger = LeagueFolder(Path(sys.argv[1])).reopen(); print('open', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", program, str(league)], stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None and other.stdout.readline() == "open\n"
        writing = [
            ["tournament", "--out", str(league), "--resume", "--pairs", "61"],
            ["league", "repair", str(league)],
            ["league", "leave", str(league), "greedy"],
        ]
        for words in writing:
            capsys.readouterr()
            assert main(words) == 2
            assert f"{league} is in use by another process; wait for it" in capsys.readouterr().err
        assert main(["leaderboard", str(league)]) == 0  # reading is always possible
        other.send_signal(signal.SIGKILL)
    for words in writing:
        assert main(words) == 0


def test_a_league_of_another_game_or_seed_or_format_is_refused(
    played: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    league = str(played)
    for words, gist in (
        (["--seed", "1"], "tournament_seed is 0 there and 1 here. Choose another folder"),
        (["--scenario", "simple_tag"], "play simple_adversary, not simple_tag; leave out what differs"),
        (["--option", "N=3"], "with N = 2, not 3; leave out what differs"),
    ):
        assert main(["tournament", "--out", league, "--resume", *words]) == 2
        assert gist in capsys.readouterr().err


def test_the_lock_is_let_go_when_a_verb_fails(played: Path, tmp_path: Path) -> None:
    league = Path(shutil.copytree(played, tmp_path / "league"))
    assert main(["tournament", "--out", str(league), "--resume", "--seed", "1"]) == 2
    with lock(league):
        pass
