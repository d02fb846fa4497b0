"""arena scenarios: the list, a page, the template; for people and as JSON."""

import json
from pathlib import Path

import pytest

import arena
import arena.finding
from arena.cli import main
from arena.finding import built_in_scenarios
from arena.scenario import load
from arena.verbs.parts.comments import option_comments

TEMPLATE = Path(arena.__file__).parent / "template.py"


def printed(capsys, *words):
    assert main(["scenarios", *words]) == 0
    return capsys.readouterr().out


@pytest.mark.parametrize("columns", [80, 120])
def test_the_list_fits_the_terminal_and_holds_every_game(columns, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", str(columns))
    lines = printed(capsys).splitlines()
    assert columns - 25 < max(map(len, lines)) <= columns
    assert [line for line in lines if line and line[0] != " "] == list(built_in_scenarios())
    text = " ".join(" ".join(lines).split())
    assert "seats: adversary 1, good 2; observes 8-10; acts: move options: N, num_agent_neighbors" in text
    assert all(" ".join(load(name).story.split()) in text for name in built_in_scenarios())


def test_a_page_tells_rules_seats_options_metrics_players(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    text = printed(capsys, "simple_reference")
    assert max(map(len, text.splitlines())) <= 80
    assert "agent_1   team         21   move x say 1 of 10" in text
    assert "local_ratio       0.5   weight of what an agent's own partner does" in text
    assert "max_cycles         25   time limit in steps" in text
    assert "mean_distance   mean over all frames" in text
    assert "scripted players: random, telling" in text
    assert "try: arena watch telling --scenario simple_reference" in text


def test_a_file_has_a_page_too(tmp_path, capsys):
    path = tmp_path / "hilltop.py"
    path.write_text(TEMPLATE.read_text(encoding="utf-8"), encoding="utf-8")
    page = json.loads(printed(capsys, str(path), "--json"))
    assert page["seats"][0] == {"name": "red_0", "side": "red", "observes": 6, "acts": "move"}
    assert page["options"] == {"size": 0.15, "ring": 1.0, "max_cycles": 25}
    assert page["option_comments"]["size"] == "radius of the players"
    assert page["metrics"] == {"distance": "mean", "falls": "last"} and page["has_outcome"]
    assert page["example"] == f"arena watch greedy --scenario {path}"


def test_the_list_as_data_names_scenarios_of_packages_without_importing_them(capsys, monkeypatch):
    monkeypatch.setattr("arena.finding.installed_scenarios", lambda: {"far": ("other-games",)})
    result = json.loads(printed(capsys, "--json"))
    assert [page["name"] for page in result["scenarios"]] == list(built_in_scenarios())
    assert result["installed"] == {"far": "other-games"}
    assert "far, of the package other-games: arena scenarios far shows it" in printed(capsys)


def test_the_template_is_printed_as_it_is(capsys):
    assert printed(capsys, "--template") == TEMPLATE.read_text(encoding="utf-8")


def test_comments_belong_to_the_option_on_their_line():
    source = (
        b"class Options(NamedTuple):  # all\n    a: int = 1  # first\n    # between\n    b: str = '#'\nx = 1  # no\n"
    )
    assert option_comments(source) == {"a": "first", "b": ""}
