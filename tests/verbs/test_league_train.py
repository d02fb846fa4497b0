"""arena league train: a league that grows, is stopped, and goes on."""

import json
import tomllib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from arena.errors import ArenaError
from arena.report import result_of
from arena.verbs.leagues.train import Options, run
from arena.verbs.season import founding
from arena.verbs.season.folder import SeasonFolder
from league.records.ledger import Ledger
from league.records.legs import fingerprint

SMALL = ("hidden=[8]", "batch_size=16", "warmup=50", "samples_per_step=0.3")


def options(out: Path, **changes) -> Options:
    """Periods of one round of ten worlds."""
    usual = {"preset": "alphastar", "algo": "dqn", "steps": 6 * 4 * 250, "periods": 4, "worlds": 10, "share": 0.4}
    return Options("simple_adversary", out=str(out), setting=SMALL, **{**usual, **changes})


def files(league: Path) -> list[str]:
    return sorted(path.name for path in (league / "players").iterdir())


def legs(league: Path) -> str:
    with Ledger.read_only(league / "ledger.sqlite") as ledger:
        games = ledger.read()
    order = np.lexsort((*games.player.T, games.seed))
    return fingerprint(games[order])


def test_a_league_grows_and_says_what_it_is(tmp_path):
    data = result_of(run(options(tmp_path / "x")))
    assert data["period"] == 4 and [member["name"] for member in data["members"]] == [
        f"{side}/{role}" for side in ("adversary", "good") for role in ("main", "main_exploiter", "league_exploiter")
    ]
    assert {player["name"] for player in data["frozen"]} >= {"adversary/main@0", "good/main@0"}
    for member in data["members"]:
        assert member["meets"] and all(0 < met["chance"] <= 1 and 0 < met["win"] < 1 for met in member["meets"])
    league = tmp_path / "x"
    config = tomllib.loads((league / "league.toml").read_text())
    assert config["preset"] == "alphastar" and config["steps"] == 6000 and "resume" not in config
    rows = [json.loads(line) for line in (league / "metrics.jsonl").read_text().splitlines()]
    assert len(rows) == 4 * 6 and {row["period"] for row in rows} == {1, 2, 3, 4}
    assert len(list((league / "tensorboard").iterdir())) == 6
    season = SeasonFolder(league).season()
    assert {player.hash for player in season.frozen} <= set(files(league))


def test_stopped_at_any_moment_it_goes_on_to_the_same_bits(tmp_path, monkeypatch):
    straight, cut = tmp_path / "straight", tmp_path / "cut"
    result_of(run(options(straight)))
    real_save, real_commit = founding.Coach.save, founding.Founded.commit

    class Killed(Exception):
        pass

    def die_before(self, season):
        raise Killed

    def die_between(self, folder):
        """The networks of the first side are written, those of the second are not."""
        whole = dict(self.population.trainings)
        self.population.trainings = dict(list(whole.items())[:1])
        real_save(self, folder)
        raise Killed

    for moment, (target, name, fault) in enumerate(
        [
            (founding.Founded, "commit", die_before),
            (founding.Coach, "save", die_between),
            (founding.Founded, "commit", die_before),
            (founding.Coach, "save", die_between),
        ]
    ):
        calls = iter(range(100))
        real = real_commit if name == "commit" else real_save

        def after_one(self, *args, real=real, fault=fault, calls=calls, moment=moment):
            return fault(self, *args) if next(calls) >= moment // 2 + 1 else real(self, *args)

        with monkeypatch.context() as patch, pytest.raises(Killed):
            patch.setattr(target, name, after_one)
            list(run(options(cut, resume=True)))
    result_of(run(options(cut, resume=True)))
    assert (straight / "season.json").read_bytes() == (cut / "season.json").read_bytes()
    assert files(straight) == files(cut) and legs(straight) == legs(cut)
    assert SeasonFolder(cut).season().period == 4


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"preset": "alfastar"}, "no league preset 'alfastar'; did you mean 'alphastar'"),
        ({"steps": 500}, "--steps 500 is too few for 4 periods: at least 6,000"),
        ({"share": 0.001}, r"--share 0.001 leaves 0 games a member"),
        ({"share": 2.0}, "--share must lie above 0"),
        ({"periods": 0}, "--periods must be at least 1"),
        ({"rule": ("beten=0.5",)}, "no rule 'beten'; did you mean 'beaten'"),
        ({"rule": ("latest=1.5",), "preset": "pfsp"}, "--rule latest=1.5 is no share"),
        ({"rule": ("every=0",)}, "--rule every=0 must be at least 1"),
        ({"rule": ("prior=0",)}, "--rule prior=0 must be above 0"),
        ({"rule": ("gate=-3",)}, "--rule gate=-3 must be at least 0"),
        ({"rule": ("most=1",)}, "--rule most=1 is below fewest=2"),
        ({"rule": ("self_play=0.9",)}, "leave no game for the past"),
        ({"rule": ("weight=hart",)}, "--rule weight=hart is unknown; did you mean 'hard'"),
        ({"rule": ("fewest=5",)}, "--periods 4 ends before all roles may be frozen, after 5"),
        ({"rule": ("most=x",)}, "--rule most=x: it takes int, as in most=8"),
        ({"algo": "adversary=ddpq,good=maddpg"}, "'ddpq'"),
    ],
)
def test_what_cannot_be_is_told_before_anything_is_written(changes, message, tmp_path):
    with pytest.raises(ArenaError, match=message):
        list(run(options(tmp_path / "x", **changes)))
    assert not (tmp_path / "x").exists()


def test_another_game_or_another_plan_is_refused(tmp_path):
    league = tmp_path / "x"
    result_of(run(options(league, preset="naive", steps=2000)))
    with pytest.raises(ArenaError, match="trains a league already"):
        list(run(options(league, preset="naive", steps=2000)))
    with pytest.raises(ArenaError, match="the league has preset = 'naive', not 'pfsp'"):
        list(run(options(league, preset="pfsp", steps=2000, resume=True)))
    with pytest.raises(ArenaError, match="belongs to another league: scenario is"):
        list(run(replace(options(league, preset="naive", steps=2000, resume=True), scenario="simple_tag")))


def test_a_damaged_season_is_told(tmp_path):
    league = tmp_path / "x"
    result_of(run(options(league, preset="naive", steps=2000)))
    (league / "season.json").write_text('{"period": "four"}')
    with pytest.raises(ArenaError, match=r"season.json: damaged"):
        list(run(options(league, preset="naive", steps=2000, resume=True)))
