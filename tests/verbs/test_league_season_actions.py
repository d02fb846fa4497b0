"""What may be done to a league that trains, between its periods: look, freeze, add, prune, go on."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from arena.cli import main
from arena.errors import ArenaError
from arena.report import result_of
from arena.scenario import load
from arena.verbs.exploiting.target import find_targets
from arena.verbs.leagues import add, freeze, progress, prune, resume, status, train, tree
from arena.verbs.season.folder import SeasonFolder
from arena.verbs.season.forgetting import compared
from league.records.ledger import Ledger
from league.records.legs import fingerprint
from league.seasons.records import in_order

SMALL = ("hidden=[8]", "batch_size=16", "warmup=50", "samples_per_step=0.3")


@pytest.fixture(scope="module")
def grown(tmp_path_factory) -> Path:
    """A league after three of its six periods."""
    league = tmp_path_factory.mktemp("leagues") / "x"
    sizes = {"steps": 2 * 6 * 250, "periods": 6, "worlds": 10, "share": 0.4}
    options = train.Options(
        "simple_adversary", "pfsp", algo="dqn", out=str(league), setting=SMALL, rule=("every=1",), **sizes
    )
    reports = train.run(options)
    while SeasonFolder(league).season() is None or SeasonFolder(league).season().period < 3:
        next(reports)
    reports.close()
    return league


@pytest.fixture
def league(grown, tmp_path) -> str:
    shutil.copytree(grown, tmp_path / "x")
    return str(tmp_path / "x")


def frozen(league: str) -> list[str]:
    return [f"{p.member}@{p.period}" for p in SeasonFolder(Path(league)).season().frozen if not p.is_retired]


def test_status_and_tree_say_the_same(league):
    shown = result_of(status.run(status.Options(league)))
    assert shown["period"] == 3 and shown["rules"]["every"] == 1 and shown["rules"]["fade"] == 0.5
    assert [member["periods"] for member in shown["members"]] == [4, 4]
    lives = result_of(tree.run(tree.Options(league)))["members"]
    assert {name: [len(life) for life in each] for name, each in lives.items()} == {
        "adversary/pfsp": [4],
        "good/pfsp": [4],
    }
    chain = lives["good/pfsp"][0]
    assert [player["parent"] for player in chain] == [None, *(player["hash"] for player in chain[:-1])]
    text = "".join(report.text for report in tree.run(tree.Options(league)))
    assert "good/pfsp\n└─ life 1\n   ├─ @0   the beginning" in text


def test_what_was_begun_goes_on_without_being_said_again(league):
    assert result_of(resume.run(resume.Options(league)))["period"] == 6
    assert frozen(league)[-1].endswith("@6")
    assert result_of(resume.run(resume.Options(league)))["period"] == 6


def test_guests_are_met(league):
    assert result_of(add.run(add.Options(league, "greedy", "adversary")))["sides"] == ["adversary"]
    assert frozen(league)[-1] == "guest/greedy@3"
    with pytest.raises(ArenaError, match=r"greedy is among the frozen players of .* already"):
        list(add.run(add.Options(league, "greedy", "adversary")))
    with pytest.raises(ArenaError, match="cannot hold the side 'bad'"):
        list(add.run(add.Options(league, "random", "bad")))
    result_of(resume.run(resume.Options(league)))
    season = SeasonFolder(Path(league)).season()
    guest = next(player for player in season.frozen if player.member == "guest/greedy")
    with Ledger.read_only(Path(league) / "ledger.sqlite") as ledger:
        games = ledger.read()
    met = (games.player == games.names.index(guest.hash)).any(1)
    assert met.sum() > 0


def test_a_member_is_frozen_by_hand_once(league):
    season = SeasonFolder(Path(league)).season()
    assert all(member.kept == len(member.seen) for member in season.members)
    with pytest.raises(ArenaError, match="good/pfsp is frozen as it is; let it train first"):
        list(freeze.run(freeze.Options(league, "good/pfsp")))
    with pytest.raises(ArenaError, match="no member 'good/pfps'; did you mean 'good/pfsp'"):
        list(freeze.run(freeze.Options(league, "good/pfps")))


def test_pruned_players_are_met_no_more_and_stay_on_record(league):
    data = result_of(prune.run(prune.Options(league, keep=2)))
    assert data["kept"] == 4 and len(data["retired"]) == 4
    assert {"adversary/pfsp@3", "good/pfsp@3"} <= set(frozen(league))
    season = SeasonFolder(Path(league)).season()
    assert len(season.frozen) == 8 and len(season.against("good")) == 2
    again = result_of(prune.run(prune.Options(league, keep=2)))
    assert again == {"retired": [], "kept": 4}
    assert result_of(resume.run(resume.Options(league)))["period"] == 6


def test_what_is_no_league_that_trains_is_told(tmp_path, league):
    for action in (status, tree, resume, prune):
        with pytest.raises(ArenaError, match="holds no league that trains"):
            list(action.run(action.Options(str(tmp_path / "none"))))
    config = Path(league) / "league.toml"
    config.write_text(config.read_text().replace("periods = 6", 'periods = "six"'))
    with pytest.raises(ArenaError, match=r"league.toml: periods: .*; put back what it was"):
        list(status.run(status.Options(league)))
    config.write_text(config.read_text().replace("periods", "period"))
    with pytest.raises(ArenaError, match=r"league.toml: there is no option 'period'; did you mean 'periods'"):
        list(status.run(status.Options(league)))


def test_nobody_edits_a_league_that_trains(league):
    with Ledger.read_only(Path(league) / "ledger.sqlite") as ledger:
        spec = ledger.spec
    with Ledger.open(Path(league) / "ledger.sqlite", spec), pytest.raises(ArenaError, match="in use"):
        list(prune.run(prune.Options(league)))


def test_progress_is_told_and_drawn_and_says_what_was_forgotten(league, tmp_path):
    picture = tmp_path / "progress.png"
    data = result_of(progress.run(progress.Options(league, out=str(picture), legs=50)))
    assert {name: [row["period"] for row in own] for name, own in data["ratings"].items()} == {
        "adversary/pfsp": [0, 1, 2, 3],
        "good/pfsp": [0, 1, 2, 3],
    }
    assert len(data["forgotten"]) == 8 and picture.stat().st_size > 10_000
    with pytest.raises(ArenaError, match="play at least 50"):
        list(progress.run(progress.Options(league, legs=3)))


def test_progress_of_members_that_have_just_begun_anew_is_empty(tmp_path):
    league = str(tmp_path / "x")
    sizes = {"steps": 2 * 2 * 250, "periods": 2, "worlds": 10, "share": 0.4, "rule": ("fewest=1", "most=1")}
    options = train.Options(
        "simple_adversary", roles="main_exploiter", algo="dqn", out=league, setting=SMALL, threads=1, **sizes
    )
    result_of(train.run(options))
    grown = result_of(progress.run(progress.Options(league, legs=50, out=str(tmp_path / "x.png"))))
    assert grown["ratings"] == {"adversary/main_exploiter": [], "good/main_exploiter": []} and not grown["forgotten"]


def test_an_alarm_is_raised_for_what_was_lost_and_for_nothing_else():
    rng = np.random.default_rng(1)
    old, same = rng.random((1, 400)) < 0.8, rng.random((2, 400)) < 0.5
    lost = compared(np.concatenate([old, same[:1]]).astype(float))
    kept = compared(same.astype(float))
    assert lost["chance"] < 1e-6 and lost["former"] > 0.7 > lost["now"]
    assert kept["chance"] > 0.01
    assert compared(np.ones((2, 50)))["chance"] == 1


def test_other_verbs_read_a_league_that_trains(league, capsys):
    """Its leaderboard, page and check are as those of any league; a tournament does not go on with it."""
    assert main(["leaderboard", league, "--json"]) == 0
    board = json.loads(capsys.readouterr().out)
    assert board["format"] == {"name": "season"} and len(board["players"]) == 8
    assert main(["report", league]) == 0 and main(["league", "check", league]) == 0
    capsys.readouterr()
    assert main(["tournament", "--out", league, "--resume"]) == 2
    assert f"{league} is a league that trains; go on with: arena league resume {league}" in capsys.readouterr().err


def test_the_order_of_its_legs_is_not_that_of_writing(league):
    with Ledger.read_only(Path(league) / "ledger.sqlite") as ledger:
        games = ledger.read()
    mixed = games[np.random.default_rng(0).permutation(len(games))]
    turned = np.arange(len(games.names))[::-1]
    renamed = replace(mixed, names=tuple(games.names[k] for k in turned), player=turned[mixed.player].astype(np.int32))
    assert fingerprint(in_order(games)) == fingerprint(in_order(renamed)) != fingerprint(mixed)


def test_leagues_that_train_are_not_merged(league, grown, capsys):
    assert main(["league", "merge", league, str(grown)]) == 2
    assert f"{league} trains" in capsys.readouterr().err


def test_a_league_is_exploited_as_its_mix(league):
    targets = find_targets(league, "", load("simple_adversary"))
    assert set(targets) == {"adversary", "good"}
    for side, target in targets.items():
        assert target.name == f"x {side}" and target.chances.sum() == pytest.approx(1) and (target.chances > 0).all()
        assert all(player.sides == (side,) for player in target.players)
        assert {player.hash for player in target.players} <= {
            player.hash for player in SeasonFolder(Path(league)).season().frozen if player.side == side
        }
