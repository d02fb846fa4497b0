"""Leagues of games of one side: a population of partners, what is shown of it, and what it refuses."""

import json
import shutil
import tempfile
from pathlib import Path

import pytest

from arena.cli import main
from arena.errors import ArenaError
from arena.report import result_of
from arena.verbs.leagues import add, progress, prune, resume, status, train, tree
from arena.verbs.season.folder import SeasonFolder
from benchmarks import partners
from benchmarks.partners import PARTNER, SOLOIST
from league.records.ledger import Ledger
from league.records.legs import fingerprint
from league.seasons.records import in_order

SMALL = ("hidden=[8]", "batch_size=16", "warmup=50", "samples_per_step=0.3")
SIZES = {"steps": 4 * 4 * 250, "periods": 4, "worlds": 10, "share": 0.8, "rule": ("every=1",), "threads": 1}


def options(out: Path, **changes) -> train.Options:
    return train.Options("simple_spread", **{"preset": "fcp", "out": str(out), "setting": SMALL, **SIZES, **changes})


def legs(league: Path) -> str:
    with Ledger.read_only(league / "ledger.sqlite") as ledger:
        return fingerprint(in_order(ledger.read()))


@pytest.fixture(scope="module")
def grown(tmp_path_factory) -> Path:
    league = tmp_path_factory.mktemp("leagues") / "x"
    result_of(train.run(options(league)))
    return league


@pytest.fixture
def league(grown, tmp_path) -> str:
    shutil.copytree(grown, tmp_path / "x")
    return str(tmp_path / "x")


def test_what_it_shows(league, tmp_path):
    shown = result_of(status.run(status.Options(league)))
    assert shown["unit"] == "score" and [m["name"] for m in shown["members"]] == [
        *("team/soloist", "team/soloist-2", "team/soloist-3", "team/partner")
    ]
    for member in shown["members"]:
        assert member["low"] < member["rating"] < member["high"] < 0
        assert member["own_team"]["rating"] < 0
    assert [met["name"] for met in shown["members"][0]["meets"]] == ["team/soloist"]
    assert shown["members"][3]["meets"][0] == {"name": "team/partner", "chance": 0.25, "win": 0.5}
    lives = result_of(tree.run(tree.Options(league)))
    assert lives["unit"] == "score" and len(lives["members"]["team/soloist"][0]) == 5
    picture = tmp_path / "progress.png"
    grown = result_of(progress.run(progress.Options(league, out=str(picture), legs=60)))
    assert picture.read_bytes()[:4] == b"\x89PNG" and [row["period"] for row in grown["ratings"]["team/partner"]] == [
        *range(5)
    ]
    against = {row["against"] for row in grown["forgotten"] if row["member"] == "team/partner"}
    assert "team/soloist@0" in against and not any(name.startswith("team/partner") for name in against)


def test_one_member_plays_alone(tmp_path):
    data = result_of(train.run(options(tmp_path / "x", roles="partner", steps=4 * 250)))
    assert [member["meets"][0]["name"] for member in data["members"]] == ["team/partner"]
    assert data["members"][0]["own_team"]["rating"] < 0


def test_what_is_frozen_can_be_added_and_pruned(league):
    result_of(add.run(add.Options(league, "random")))
    result_of(prune.run(prune.Options(league, keep=5)))
    kept = [p for p in SeasonFolder(Path(league)).season().frozen if not p.is_retired]
    assert {p.member for p in kept} == {
        *("team/soloist", "team/soloist-2", "team/soloist-3", "team/partner", "guest/random")
    }


def test_partners_of_a_league_are_told_by_the_leaderboard(league, capsys):
    assert main(["leaderboard", league, "--show", "partners", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["partners"]["players"]


def test_stopped_it_goes_on_to_the_same_bits(grown, tmp_path):
    cut = tmp_path / "cut"
    reports = train.run(options(cut))
    while SeasonFolder(cut).season() is None or SeasonFolder(cut).season().period < 2:
        next(reports)
    reports.close()
    result_of(resume.run(resume.Options(str(cut))))
    assert legs(cut) == legs(grown)
    assert SeasonFolder(cut).season() == SeasonFolder(grown).season()


@pytest.mark.slow
def test_who_learned_with_many_agrees_with_strangers():
    """Any word will do: alone one learns to say one of them, with many to say what the other said."""
    (agreement,) = (setting for setting in partners.SETTINGS if setting.name == "agreement")
    with tempfile.TemporaryDirectory() as folder:
        leagues = [partners.trained(agreement, folder, seed) for seed in (0, 1)]
    for seed in (0, 1):
        partner, soloist = (partners.reached(agreement, name, seed, leagues) for name in (PARTNER, SOLOIST))
        assert soloist["in its own team"] > 0.9 and partner["with strangers"] > 0.5 > soloist["with strangers"] + 0.1


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"preset": "pfsp"}, "simple_spread has one side, and pfsp is no role for that.*the preset is fcp"),
        ({"roles": "soloist,main"}, "main is no role for that: there are soloist, partner"),
        ({"rule": ("gate=20",)}, "gate=... asks who is better against others"),
    ],
)
def test_what_a_game_of_one_side_has_no_use_for(changes, message, tmp_path):
    with pytest.raises(ArenaError, match=message):
        result_of(train.run(options(tmp_path / "x", **changes)))
    assert not (tmp_path / "x").exists()


def test_roles_of_partners_are_for_games_of_one_side(tmp_path):
    with pytest.raises(ArenaError, match="simple_tag has 2 sides, and soloist is no role for that"):
        result_of(train.run(train.Options("simple_tag", "fcp", out=str(tmp_path / "x"), **SIZES)))


def test_one_seat_has_no_partners(tmp_path):
    with pytest.raises(ArenaError, match="simple has one seat: a guest would leave nobody to learn"):
        result_of(train.run(train.Options("simple", "fcp", out=str(tmp_path / "x"), setting=SMALL, **SIZES)))
