"""`arena tournament` in every format: rules, budgets, what is resumed, and what is refused."""

import json
from pathlib import Path
from types import SimpleNamespace

import pytest

import arena
from arena.cli import main
from arena.verbs.parts import rounds
from arena.verbs.parts.tables import leaderboard_text
from league.plan import rules_of
from league.schedules.catalog import SCHEDULES, find_placing, formats

GAME = ["--scenario", "simple_adversary"]
FIVE = ["random", "greedy", "deceptive", "guess", "middle", *GAME]


def board_of(capsys: pytest.CaptureFixture[str], *words: str) -> dict:
    capsys.readouterr()
    assert main([*words, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def refused(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """The one message in which a tournament is refused."""
    capsys.readouterr()
    assert main(["tournament", *words]) == 2
    error = capsys.readouterr().err
    assert error.startswith("arena: ") and error.count("\n") == 1
    return error


@pytest.mark.parametrize("form", sorted(formats()))
def test_every_format_is_played_followed_and_resumed_without_a_word(
    form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "l"
    more = ["--rule", "cap=6"] if form == "adaptive" else []
    board = board_of(capsys, "tournament", *FIVE, "--format", form, "--pairs", "3", *more, "--out", str(out))
    assert board == json.loads((out / "leaderboard.json").read_text())
    again = board_of(capsys, "tournament", "--out", str(out), "--resume")
    assert again == board == board_of(capsys, "leaderboard", str(out))
    assert board["format"]["name"] == form and board["format"]["pairs"] == 3 and board["legs"] > 0
    has_placing = form not in ("adaptive", "gauntlet", "double-round-robin")
    assert (board["placing"] is not None) == has_placing == ("placing: 1 " in leaderboard_text(board))
    if has_placing:
        assert sorted(board["placing"]) == sorted(FIVE[:5])


def test_processes_that_stay_from_round_to_round_play_the_same(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["tournament", *FIVE, "--format", "swiss", "--pairs", "4", "--rule", "single_sided=true", "--out"]
    one = board_of(capsys, *words, str(tmp_path / "a"), "--workers", "1")
    two = board_of(capsys, *words, str(tmp_path / "b"), "--workers", "2")
    assert one == two and one["format"]["rules"] == {"single_sided": True}


def test_known_at_once_grows_by_pairs_and_by_players(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--format", "gauntlet", "--rule", "challengers=2", "--out"]
    whole = board_of(capsys, "tournament", *FIVE, "--pairs", "5", *words, str(tmp_path / "a"))
    board_of(capsys, "tournament", *FIVE[:4], *GAME, "--pairs", "2", *words, str(tmp_path / "b"))
    grown = board_of(capsys, "tournament", "middle", "--pairs", "5", "--resume", "--out", str(tmp_path / "b"))
    assert grown == whole and grown["legs"] == 2 * 3 * 2 * 5


def test_within_ends_when_every_rating_is_so_near(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = ["--out", str(tmp_path / "l")]
    board = board_of(capsys, "tournament", *FIVE, "--within", "300", "--pairs", "20", *out)

    def widest(board: dict) -> float:
        return max((player["high"] - player["low"]) / 2 for player in board["players"])

    assert 200 < widest(board) <= 300 and board["seeds"] % 20 == 0
    assert board_of(capsys, "tournament", "--resume", *out) == board
    closer = board_of(capsys, "tournament", "--resume", "--within", "200", *out)
    assert widest(closer) <= 200 and closer["legs"] > board["legs"]
    more = board_of(capsys, "tournament", "--resume", "--pairs", str(closer["seeds"] + 1), *out)
    assert more["seeds"] == closer["seeds"] + 1
    whole = ["--pairs", str(more["seeds"]), "--out", str(tmp_path / "whole")]
    assert board_of(capsys, "tournament", *FIVE, *whole) == more


def test_adaptive_says_when_it_ends(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = [*FIVE, "--format", "adaptive"]
    assert main(["tournament", *words, "--rule", "cap=40", "--out", str(tmp_path / "a")]) == 0
    text = capsys.readouterr().out
    assert "it ends when every rating is within +-30, or with 40 pairs a player" in text
    assert "not every rating is within +-30, but nobody may play more pairs" in text
    (tmp_path / "a/budget.json").unlink()
    assert main(["tournament", "--out", str(tmp_path / "a"), "--resume"]) == 0
    assert "it ends when every rating is within +-30" in capsys.readouterr().out
    assert main(["tournament", *words, "--within", "400", "--out", str(tmp_path / "b")]) == 0
    assert "every rating is within +-400; for more, go on with" in capsys.readouterr().out


def test_minutes_end_at_the_border_of_a_chunk(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    words = [*FIVE, "--format", "ladder", "--pairs", "30", "--out"]
    whole = board_of(capsys, "tournament", *words, str(tmp_path / "a"))
    now = iter(range(0, 10**6, 10))  # it is 10 s later whenever somebody looks
    with monkeypatch.context() as patch:
        patch.setattr(rounds, "time", SimpleNamespace(monotonic=lambda: next(now)))
        assert main(["tournament", *words, str(tmp_path / "b"), "--minutes", "1"]) == 0
    text = capsys.readouterr().out
    assert "stopped after 1 minutes: how far it came is no part of the promise of equal bits" in text
    assert f"arena tournament --out {tmp_path / 'b'} --resume" in text
    part = board_of(capsys, "leaderboard", str(tmp_path / "b"))
    assert 0 < part["legs"] < whole["legs"] and part["placing"] is None
    assert board_of(capsys, "tournament", "--out", str(tmp_path / "b"), "--resume") == whole


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([*FIVE, "--format", "swis"], "did you mean 'swiss'?"),
        ([*FIVE, "--format", "swiss", "--rule", "round=3"], "swiss has no rule 'round'; did you mean 'rounds'?"),
        ([*FIVE, "--rule", "rounds=3"], "round-robin has no rule 'rounds'; leave it out"),
        ([*FIVE, "--format", "swiss", "--rule", "rounds=many"], "a whole number above 0, not 'many'"),
        ([*FIVE, "--format", "gauntlet", "--rule", "challengers=5"], "has nothing to play with challengers = 5"),
        ([*FIVE, "--format", "swiss", "--rule", "rounds"], "is not NAME=VALUE"),
        ([*FIVE, "--pairs", "0"], "--pairs must be at least 1, not 0"),
        ([*FIVE, "--within", "0"], "--within must be above 0, not 0"),
        ([*FIVE, "--within", "nan"], "--within must be above 0, not nan"),
        ([*FIVE, "--minutes", "-1"], "--minutes must be above 0, not -1"),
        ([*FIVE, "--format", "knockout", "--within", "9"], "knockout ends by its own rules: leave it out"),
        (["random", *GAME, "--format", "knockout"], "nobody can meet: a knockout needs two players; add some"),
        (["random", "random", *GAME, "--format", "ladder"], "nobody can meet: a ladder needs two players"),
        (["random", "greedy", "--scenario", "simple_spread", "--format", "swiss"], "has one side; swiss is for two"),
    ],
)
def test_what_cannot_be_held_is_one_message_and_no_league(
    words: list[str], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert message in refused(capsys, *words, "--out", str(tmp_path / "l"))
    assert not (tmp_path / "l/ledger.sqlite").exists()


def test_contradictions_on_resume_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = str(tmp_path / "l")
    board = board_of(
        capsys,
        "tournament",
        *FIVE,
        "--format",
        "swiss",
        "--rule",
        "rounds=2",
        "--pairs",
        "3",
        "--seed",
        "4",
        "--out",
        out,
    )
    for words, message in (
        (["--format", "ladder"], "is played as swiss, not ladder"),
        (["--rule", "rounds=3"], "has rounds = 2, not 3"),
        (["--rule", "single_sided=true"], "has the default of single_sided, not True"),
        (["--pairs", "4"], "has 3 pairs, on which its rounds depend, not 4"),
        (["--seed", "5"], "tournament_seed is 4 there and 5 here"),
    ):
        assert message in refused(capsys, "--out", out, "--resume", *words)
    same = ["--format", "Swiss", "--rule", "rounds=2", "--pairs", "3", "--seed", "4"]
    assert board_of(capsys, "tournament", *FIVE, *same, "--resume", "--out", out) == board
    assert board_of(capsys, "tournament", "--resume", "--out", out) == board
    (tmp_path / "l/budget.json").write_text('{"pairs": "many"}')
    assert "budget.json is damaged; delete it" in refused(capsys, "--out", out, "--resume")


def test_who_comes_too_late_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = str(tmp_path / "l")
    board_of(capsys, "tournament", *FIVE[:4], *GAME, "--format", "knockout", "--pairs", "2", "--out", out)
    assert "middle is too late: the rounds of a knockout depend" in refused(capsys, "middle", "--resume", "--out", out)


def test_an_adaptive_tournament_can_be_joined_between_rounds(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = ["--out", str(tmp_path / "l")]
    first = board_of(capsys, "tournament", *FIVE[:4], *GAME, "--format", "adaptive", "--within", "900", *out)
    assert main(["tournament", "middle", "--resume", *out]) == 0
    assert "middle is there from round" in capsys.readouterr().out
    grown = board_of(capsys, "leaderboard", str(tmp_path / "l"))
    legs = {player["name"]: player["legs"] for player in grown["players"]}
    assert grown["legs"] > first["legs"] and legs["middle"] > 0
    assert board_of(capsys, "tournament", "--resume", *out) == grown


def test_every_format_and_rule_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    page = (Path(__file__).parents[2] / "docs/tournaments.md").read_text(encoding="utf-8")
    with pytest.raises(SystemExit):
        main(["tournament", "--help"])
    told = "".join(capsys.readouterr().out.replace("│", " ").split())
    for form in (*SCHEDULES, *formats()):
        (row,) = [line for line in page.splitlines() if line.startswith(f"| `{form}` |")]
        assert form in told and all(f"`{rule}`" in row for rule in rules_of(form))
        assert ("| yes |" in row) == (form not in SCHEDULES and find_placing(form) is not None)


def test_the_python_function_takes_formats(tmp_path: Path) -> None:
    result = arena.tournament(
        ["random", "greedy"], tmp_path / "l", scenario="simple_adversary", format="knockout", pairs=2
    )
    assert sorted(result.board["placing"]) == ["greedy", "random"]
