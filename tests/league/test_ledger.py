"""The ledger: what is in it stays, once, or says that it is damaged."""

import json
import resource
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from league_fakes import GAME, TEAM, complete, entrants, legs, permuted, played, same

from arena.errors import ArenaError
from arena.games import End, Games
from arena.scenario import load
from league.records.block import seal
from league.records.ledger import Ledger, spec_of
from league.records.legs import fingerprint
from league.records.schema import differences

NAMES = ["ann", "bob", "cyd"]
SPEC = spec_of(GAME, tournament_seed=7)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "league" / "ledger.sqlite"


def some_games(seeds: int = 4) -> Games:
    lineups, seed = complete(3, seeds)
    return played(legs(GAME, NAMES, lineups, seed.astype(np.uint64) + np.uint64(2**63 + 5)))


def execute(path: Path, *statement: object) -> list:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        return connection.execute(*statement).fetchall()


def test_legs_come_back_as_they_were_written(path: Path) -> None:
    games = some_games()
    games.end[3], games.score[3], games.fault[3] = End.FORFEIT, np.nan, 2
    with Ledger.create(path, SPEC) as ledger:
        assert len(ledger.read()) == 0
        assert ledger.add(games[:10], "here") == 10
        assert ledger.add(games[10:], "there") == 14
        assert same(ledger.read(), games)
    with Ledger.read_only(path) as ledger:
        assert same(ledger.read(), games)
        assert ledger.environments() == {"here": 10, "there": 14}
        assert ledger.spec["sides"] == ["adversary", "good"]
    assert not (path.parent / "ledger.sqlite-wal").exists()


def test_a_seat_beyond_the_hundreds_can_be_at_fault(path: Path) -> None:
    crowd = load("simple_spread", N=300)
    games = Games.unplayed(crowd, ["ann"], np.zeros((1, 300)), np.zeros(1, np.uint64))
    games.end[0], games.fault[0] = End.FORFEIT, 299
    with Ledger.create(path, spec_of(crowd, 7)) as ledger:
        ledger.add(games, "e")
        assert ledger.read().fault.tolist() == [299]


def test_writing_twice_is_writing_once(path: Path) -> None:
    games = some_games()
    with Ledger.create(path, SPEC) as ledger:
        assert ledger.add(games[:10], "e") == 10
        assert ledger.add(games[:10], "e") == 0
        twice = replace(Games.joined([games[5:15], games[5:15]]), names=games.names)
        assert ledger.add(twice, "e") == 5
    with Ledger.open(path, SPEC) as ledger:  # and after a restart
        assert ledger.add(permuted(games, np.random.default_rng(0))[:], "e") == 9
        assert ledger.add(games, "e") == 0
        assert len(ledger.read()) == len(games)
        assert fingerprint(ledger.results(legs(GAME, NAMES, *complete(3, 4))[:0])) == fingerprint(games[:0])
        assert fingerprint(ledger.results(some_games())) == fingerprint(games)


def test_void_and_unplayed_legs_are_missing(path: Path) -> None:
    games = some_games()
    games.end[:3] = [End.VOID, End.UNPLAYED, End.FORFEIT]
    with Ledger.create(path, SPEC) as ledger:
        assert ledger.add(games, "e") == len(games) - 2
        assert same(ledger.missing(games), games[:2])
        other = legs(GAME, ["dot", "ann"], *complete(2, 2))
        assert len(ledger.missing(other)) == len(other)


def test_results_fill_the_schedule_in(path: Path) -> None:
    lineups, seed = complete(3, 4)
    schedule = legs(GAME, NAMES, lineups, seed)
    games = played(schedule)
    with Ledger.create(path, SPEC) as ledger:
        assert same(ledger.results(schedule), schedule)
        ledger.add(permuted(games, np.random.default_rng(0))[:9], "e")
        filled = ledger.results(schedule)
        assert (filled.end == End.PLAYED).sum() == 9
        done = filled.end == End.PLAYED
        assert same(filled[done], games[done]) and same(filled[~done], schedule[~done])


def test_a_game_without_metrics_of_one_side(path: Path) -> None:
    bare = replace(TEAM, metric_folds={})
    games = played(legs(bare, NAMES, np.arange(3)[:, None], np.arange(3)))
    with Ledger.create(path, spec_of(bare, 0)) as ledger:
        ledger.add(games, "e")
        assert same(ledger.read(), games)
        assert fingerprint(ledger.results(games)) == fingerprint(games) != fingerprint(games[:2])


def test_players_and_notes(path: Path) -> None:
    with Ledger.create(path, SPEC) as ledger:
        ledger.enter(entrants(NAMES).values())
        ledger.enter([replace(entrants(NAMES)["ann"], name="Ann <script>", card={"step": 8})])
        ledger.note("bob", "withdrawn", "raised")
        ledger.note("bob", "seen", "once")
        ledger.note("ann", "withdrawn", "left")
        ledger.note("ann", "withdrawn", "")
    with Ledger.read_only(path) as ledger:
        assert list(ledger.entrants()) == NAMES
        assert ledger.entrants()["ann"].name == "Ann <script>"
        assert ledger.entrants()["ann"].card == {"step": 8}
        assert ledger.entrants()["bob"] == entrants(NAMES)["bob"]
        assert ledger.notes("withdrawn") == {"bob": "raised"}  # Ann's was taken back
        assert ledger.all_notes()[:2] == [("bob", "withdrawn", "raised"), ("bob", "seen", "once")]
        assert len(ledger.all_notes()) == 4


def damage(path: Path, number: int, at: int = 100) -> None:
    ((data,),) = execute(path, "SELECT data FROM block WHERE number = ?", (number,))
    execute(path, "UPDATE block SET data = ? WHERE number = ?", (data[:at] + b"\x55" + data[at + 1 :], number))


def test_a_damaged_block_is_named_and_nothing_is_added_to_it(path: Path) -> None:
    games = some_games()
    with Ledger.create(path, SPEC) as ledger:
        for lo in range(0, 24, 8):
            ledger.add(games[lo : lo + 8], f"e{lo}")
        assert [(len(part), where) for part, where in ledger.blocks()] == [(8, "e0"), (8, "e8"), (8, "e16")]
    damage(path, 2)
    with Ledger.open(path, SPEC) as ledger:
        with pytest.raises(ArenaError, match=f"damaged block 2;.* arena league repair {path.parent}"):
            ledger.read()
        with pytest.raises(ArenaError, match="damaged block 2;"):
            ledger.add(games, "e")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE block SET lineups = replace(lineups, 'ann', 'bob')",
        "UPDATE block SET legs = legs - 1",
        "UPDATE block SET legs = 'many'",
        "UPDATE block SET environment = 'elsewhere'",
        "UPDATE block SET data = substr(data, 1, 40)",
        "UPDATE block SET lineups = x'00ff'",
    ],
)
def test_any_changed_column_is_noticed(path: Path, statement: str) -> None:
    with Ledger.create(path, SPEC) as ledger:
        ledger.add(some_games(), "e")
    execute(path, statement)
    with Ledger.read_only(path) as ledger, pytest.raises(ArenaError, match="damaged block 1"):
        ledger.read()


@pytest.mark.parametrize(("column", "value"), [("winner", 2), ("winner", -2), ("end", End.VOID), ("fault", 3)])
def test_a_sealed_block_with_impossible_numbers_is_damaged(path: Path, column: str, value: int) -> None:
    games = some_games()
    getattr(games, column)[5] = value
    row = seal(games, GAME.identity, "e")
    Ledger.create(path, SPEC).close()
    execute(path, f"INSERT INTO block ({', '.join(row._fields)}) VALUES (?, ?, ?, ?, ?, ?)", row)
    with Ledger.read_only(path) as ledger, pytest.raises(ArenaError, match="damaged block 1"):
        ledger.read()


def test_what_was_read_once_is_read_again_when_the_file_has_changed(path: Path) -> None:
    with Ledger.create(path, SPEC) as ledger:
        ledger.add(some_games()[:10], "e")
        with Ledger.read_only(path) as reader:
            assert len(reader.read()) == 10 and reader.read() is reader.read()
            ledger.add(some_games()[10:], "e")
            assert len(reader.read()) == len(ledger.read()) == 24
            damage(path, 1)
            for each in (reader, ledger):
                with pytest.raises(ArenaError, match="damaged block 1"):
                    each.read()
            execute(path, "DELETE FROM block WHERE number = 1")
            assert len(ledger.read()) == len(reader.read()) == 14


def test_another_spec_is_refused_with_the_difference(path: Path) -> None:
    Ledger.create(path, SPEC).close()
    with pytest.raises(ArenaError, match="tournament_seed is 7 there and 8 here"):
        Ledger.open(path, spec_of(GAME, tournament_seed=8))
    with pytest.raises(ArenaError, match="scenario is 'simple_adversary' there and 'simple_spread' here"):
        Ledger.open(path, spec_of(TEAM, tournament_seed=7))
    with pytest.raises(ArenaError, match="rules is None there"):
        Ledger.open(path, spec_of(GAME, 7, rules="new"))
    with pytest.raises(ArenaError, match="exists already"):
        Ledger.create(path, SPEC)
    Ledger.open(path, SPEC).close()


@pytest.mark.parametrize(("version", "advice"), [(3, "update marl-arena"), (1, "the release that wrote it")])
def test_other_versions_are_refused(path: Path, version: int, advice: str) -> None:
    Ledger.create(path, SPEC).close()
    execute(path, f"PRAGMA user_version = {version}")
    for opened in (lambda: Ledger.open(path, SPEC), lambda: Ledger.read_only(path)):
        with pytest.raises(ArenaError, match=f"version {version} of the ledger's tables, this reads 2; .*{advice}"):
            opened()


def edited_specs() -> Iterator[dict]:
    """Specs in which one thing that is said twice has been edited."""
    yield SPEC | {"identity": SPEC["identity"].replace("N=2", "N=3")}
    yield SPEC | {"parameters": SPEC["parameters"] | {"N": 3}}
    yield SPEC | {"scenario": "simple_tag"}
    yield SPEC | {"sides": ["good", "adversary"]}


def test_no_letter_of_the_spec_can_be_changed(path: Path) -> None:
    Ledger.create(path, SPEC).close()
    ((text,),) = execute(path, "SELECT text FROM spec")
    assert len(json.loads(text)["sha256"]) == 64
    for edit in (("good_distance", "bad_distance"), ('tournament_seed": 7', 'tournament_seed": 8'), ("true", "false")):
        execute(path, "UPDATE spec SET text = ?", (text.replace(*edit),))
        with pytest.raises(ArenaError, match="specification that is damaged or has been edited"):
            Ledger.read_only(path)
    execute(path, "UPDATE spec SET text = ?", (json.dumps(SPEC),))  # as the first ledgers had it
    with Ledger.open(path, SPEC) as ledger:
        assert ledger.spec == SPEC


def test_what_is_no_ledger_is_refused(path: Path) -> None:
    with pytest.raises(ArenaError, match="there is no ledger"):
        Ledger.read_only(path)
    path.parent.mkdir()
    execute(path, "CREATE TABLE other (x)")
    with pytest.raises(ArenaError, match="not a ledger"):
        Ledger.open(path, SPEC)
    path.write_bytes(b"nothing like a database" * 100)
    with pytest.raises(ArenaError, match="damaged or no ledger"):
        Ledger.open(path, SPEC)
    path.unlink()
    Ledger.create(path, SPEC).close()
    without = {key: value for key, value in SPEC.items() if key != "seat_sides"}
    for spec in ([], without, SPEC | {"version": "1"}, SPEC | {"seat_sides": ["good"]}, *edited_specs()):
        execute(path, "UPDATE spec SET text = ?", (json.dumps(spec),))
        with pytest.raises(ArenaError, match="specification that is damaged or has been edited"):
            Ledger.read_only(path)


def test_a_ledger_without_a_table_is_damaged(path: Path) -> None:
    Ledger.create(path, SPEC).close()
    execute(path, "DROP TABLE spec")
    with pytest.raises(ArenaError, match=r"is damaged \(no such table: spec\); put back a copy"):
        Ledger.read_only(path)


def test_one_writer_and_readers_beside_it(path: Path) -> None:
    games = some_games()
    with Ledger.create(path, SPEC) as ledger:
        ledger.add(games[:5], "e")
        with pytest.raises(ArenaError, match="in use by another process"):
            Ledger.open(path, SPEC)
        with Ledger.read_only(path) as reader:
            assert same(reader.read(), games[:5])
            ledger.add(games[5:], "e")
            assert same(reader.read(), games)
            with pytest.raises(ArenaError, match="readonly"):
                reader.add(Games.joined([replace(games, seed=games.seed + np.uint64(99))]), "e")
    Ledger.open(path, SPEC).close()


@contextmanager
def files_no_larger_than(size: int) -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_is_told_and_loses_nothing_acknowledged(path: Path) -> None:
    games = some_games(500)
    with Ledger.create(path, SPEC) as ledger:
        assert ledger.add(games[:100], "e") == 100
        with files_no_larger_than(path.stat().st_size + 8192), pytest.raises(ArenaError, match="cannot write"):
            ledger.add(games, "e")
        assert same(ledger.read(), games[:100])
        assert ledger.add(games, "e") == 2900
    with Ledger.read_only(path) as ledger:
        assert same(ledger.read(), games)


def test_commits_reach_the_disk_before_add_returns(path: Path) -> None:
    with Ledger.create(path, SPEC) as ledger:
        connection = ledger._connection
        assert connection.execute("PRAGMA synchronous").fetchone() == (3,)  # EXTRA
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)
        assert connection.execute("PRAGMA foreign_keys").fetchone() == (1,)
        assert not connection.in_transaction
        with pytest.raises(sqlite3.IntegrityError):
            ledger.note("nobody", "withdrawn", "")
        assert not connection.in_transaction


def test_a_transaction_is_all_or_nothing(path: Path) -> None:
    with Ledger.create(path, SPEC) as ledger:
        ann, bob, _ = entrants(NAMES).values()
        with pytest.raises(sqlite3.IntegrityError):
            ledger.enter([ann, replace(bob, kind=None)])  # type: ignore[arg-type]
        assert ledger.entrants() == {}


def test_of_two_games_only_the_names_are_told() -> None:
    games = load("simple_adversary"), load("simple_tag"), load("simple_adversary", N=3)
    one, two, wide = (spec_of(game, 1) for game in games)
    assert differences(one, two, "here", "there") == "scenario is 'simple_adversary' here and 'simple_tag' there"
    told = differences(one, wide, "here", "there")
    assert told.startswith("parameters is {'N': 2") and "seats" not in told and "identity" not in told
    assert differences(one, spec_of(load("simple_adversary"), 2), "here", "there") == (
        "tournament_seed is 1 here and 2 there"
    )
