"""Damaged ledgers: what is sound is kept, what is not is never taken for a result."""

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from league_fakes import GAME, complete, entrants, legs, played, same

from arena.errors import ArenaError
from arena.files import lock
from arena.games import Games
from arena.scenario import load
from league.records.ledger import Ledger, spec_of
from league.records.legs import fingerprint
from league.records.salvage import repair, salvage

NAMES = ["ann", "bob", "cyd"]
SPEC = spec_of(GAME, tournament_seed=7)
LEGS, BLOCKS = 3 * 2 * 40, 6
PAGE = 4096


def some_games() -> Games:
    """240 legs, each pair's from the same 40 seeds."""
    lineups, seed = complete(3, 40)
    return played(legs(GAME, NAMES, lineups, seed.astype(np.uint64)))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A ledger of six blocks of forty legs, one a line-up: each takes a page and more."""
    path = tmp_path / "league" / "ledger.sqlite"
    games = some_games()
    with Ledger.create(path, SPEC) as ledger:
        ledger.enter(entrants(NAMES).values())
        ledger.note("bob", "withdrawn", "raised")
        for lo in range(0, LEGS, LEGS // BLOCKS):
            ledger.add(games[lo : lo + LEGS // BLOCKS], "here" if lo < LEGS // 2 else "there")
    return path


def execute(path: Path, *statement: object) -> list:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        return connection.execute(*statement).fetchall()


def page_of(path: Path, kind: str) -> int:
    """The root page of a table or index, from 1."""
    return int(execute(path, "SELECT rootpage FROM sqlite_schema WHERE name = ?", (kind,))[0][0])


def overwrite(path: Path, at: int, data: bytes) -> None:
    with path.open("r+b") as file:
        file.seek(at)
        file.write(data)


def test_a_sound_ledger_is_left_alone(path: Path) -> None:
    before = path.read_bytes()
    found, kept = repair(path)
    assert found.is_sound and found.legs == LEGS and kept is None
    assert path.read_bytes() == before and sorted(file.name for file in path.parent.iterdir()) == [".lock", path.name]


def test_a_damaged_block_is_dropped_and_played_again(path: Path) -> None:
    games = some_games()
    ((data,),) = execute(path, "SELECT data FROM block WHERE number = 2")
    execute(path, "UPDATE block SET data = ? WHERE number = 2", (data[:100] + b"\x55" + data[101:],))
    damaged = path.read_bytes()
    found, kept = repair(path)
    assert found.damaged == {2: 40} and found.legs == LEGS - 40 and found.complaint == ""
    assert kept == path.with_name("ledger.sqlite.damaged") and kept.read_bytes() == damaged
    assert sorted(file.name for file in path.parent.iterdir()) == [".lock", path.name, kept.name]
    with Ledger.open(path, SPEC) as ledger:
        assert same(ledger.missing(games), games[40:80])
        assert ledger.entrants() == entrants(NAMES) and ledger.notes("withdrawn") == {"bob": "raised"}
        assert [where for _, where in ledger.blocks()] == ["here", "here", "there", "there", "there"]
        ledger.add(games, "here")
        assert fingerprint(ledger.results(games)) == fingerprint(games)
    assert repair(path)[0].is_sound
    execute(path, "UPDATE block SET environment = 'elsewhere' WHERE number = 1")
    assert repair(path)[1] == path.with_name("ledger.sqlite.damaged-2")


def test_a_torn_page_costs_the_blocks_on_it(path: Path) -> None:
    ((data,),) = execute(path, "SELECT data FROM block WHERE number = 4")
    at = path.read_bytes().index(data[:200])
    overwrite(path, at // PAGE * PAGE, bytes(PAGE))
    with Ledger.read_only(path) as ledger, pytest.raises(ArenaError, match="arena league repair"):
        ledger.read()
    found, _ = repair(path)
    assert found.damaged and found.complaint
    with Ledger.open(path, SPEC) as ledger:
        kept = ledger.read()
        assert same(kept, ledger.results(kept)) and len(kept) == found.legs > 0
        ledger.add(some_games(), "here")
        assert fingerprint(ledger.results(some_games())) == fingerprint(some_games())


def test_a_file_that_was_cut_short(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size - 3 * PAGE)
    found, _ = repair(path)
    assert found.damaged and found.legs > 0
    with Ledger.open(path, SPEC) as ledger:
        ledger.add(some_games(), "here")
        assert fingerprint(ledger.results(some_games())) == fingerprint(some_games())


def test_where_no_block_can_be_read_the_players_are_kept(path: Path) -> None:
    overwrite(path, (page_of(path, "block") - 1) * PAGE, bytes(PAGE))
    found, _ = repair(path)
    assert found.legs == 0 and len(found.damaged) == BLOCKS and not found.is_another
    with Ledger.open(path, SPEC) as ledger:
        assert list(ledger.entrants()) == NAMES and len(ledger.read()) == 0


def test_a_damaged_index_costs_nothing(path: Path) -> None:
    overwrite(path, (page_of(path, "sqlite_autoindex_block_1") - 1) * PAGE, bytes(PAGE))
    found, kept = repair(path)
    assert kept and found.legs == LEGS and not found.damaged and found.complaint
    with Ledger.open(path, SPEC) as ledger:
        assert same(ledger.read(), some_games())


def test_a_damaged_schema_costs_nothing_that_can_be_read(path: Path) -> None:
    at = path.read_bytes().index(b"CREATE TABLE sqlite_sequence")
    overwrite(path, at, b"CREATE TABLE s\x00lite_sequence")
    with pytest.raises(ArenaError, match=r"is damaged \(malformed database schema.*arena league repair"):
        Ledger.read_only(path)
    found, _ = repair(path)
    assert found.legs == LEGS and "malformed" in found.complaint
    with Ledger.open(path, SPEC) as ledger:
        assert same(ledger.read(), some_games())


def test_legs_of_players_that_nobody_knows_are_dropped(path: Path) -> None:
    execute(path, "UPDATE player SET card = 'torn' WHERE hash = 'cyd'")
    found, _ = repair(path)
    assert (found.lost_players, found.orphans, found.legs) == (1, 160, 80)
    with Ledger.read_only(path) as ledger:
        assert list(ledger.entrants()) == ["ann", "bob"] and set(ledger.read().names) == {"ann", "bob"}


def test_an_edited_specification_is_refused_and_nothing_is_dropped(path: Path) -> None:
    ((text,),) = execute(path, "SELECT text FROM spec")
    other = json.dumps(spec_of(load("simple_adversary", N=3), tournament_seed=7))  # without the seal of new ledgers
    for edited, message in (
        (text.replace("good_distance", "bad_distance"), "specification that is damaged or has been edited"),
        (text.replace("N=2", "N=3"), "specification that is damaged or has been edited"),
        (other, r"no block of it was written for .*N=3.*; put back a copy"),
    ):
        execute(path, "UPDATE spec SET text = ?", (edited,))
        before = path.read_bytes()
        with pytest.raises(ArenaError, match=message):
            repair(path)
        assert path.read_bytes() == before
    execute(path, "UPDATE spec SET text = ?", (text,))
    assert repair(path)[0].is_sound


def test_what_cannot_be_repaired(path: Path) -> None:
    with lock(path.parent), pytest.raises(ArenaError, match="in use by another process"):
        repair(path)
    whole = path.read_bytes()
    execute(path, "DROP TABLE spec")
    with pytest.raises(
        ArenaError, match=r"cannot be repaired: not even its specif.*no such table: spec.*put back a copy"
    ):
        repair(path)
    path.write_bytes(whole)
    execute(path, "PRAGMA user_version = 9")
    with pytest.raises(ArenaError, match="has version 9 of the ledger's tables"):
        repair(path)
    overwrite(path, 0, bytes(100))
    with pytest.raises(ArenaError, match=r"cannot be repaired: .*file is not a database"):
        repair(path)
    path.unlink()
    with pytest.raises(ArenaError, match="there is no ledger"):
        repair(path)


@pytest.mark.parametrize("seed", range(2))
def test_no_damage_makes_a_false_result_or_a_traceback(path: Path, seed: int) -> None:
    games, rng = some_games(), np.random.default_rng(seed)
    whole, size = path.read_bytes(), path.stat().st_size
    kept_legs = []
    for trial in range(12):
        path.write_bytes(whole)
        at, length = int(rng.integers(100, size)), int(rng.choice([1, 40, 4096]))
        overwrite(path, at, rng.bytes(min(length, size - at)) if trial % 2 else bytes(min(length, size - at)))
        try:
            repair(path)
        except ArenaError:
            continue
        with Ledger.open(path, SPEC) as ledger:
            kept = ledger.read()
            assert len(kept) == LEGS - len(ledger.missing(games))
            kept_legs.append(len(kept))
            ledger.add(games, "here")
            assert fingerprint(ledger.results(games)) == fingerprint(games)
        for copy in path.parent.glob("*damaged*"):
            copy.unlink()
    assert len(kept_legs) > 5 and np.mean(kept_legs) > LEGS / 2


def test_a_repair_that_was_killed_is_done_again(path: Path) -> None:
    shutil.copytree(path.parent, path.parent / "repairing")  # what was half made
    overwrite(path, (page_of(path, "sqlite_autoindex_block_1") - 1) * PAGE, bytes(PAGE))
    assert repair(path)[0].legs == LEGS == salvage(path).legs
