"""The command line as a person meets it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from arena import cli
from arena.cli import main
from arena.errors import nearest


def test_help_lists_every_verb_and_each_explains_itself(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    text = capsys.readouterr().out
    for name, line in cli.verbs().items():
        assert f"  {name} " in text and line in text
        with pytest.raises(SystemExit) as stop:
            main([name, "--help"])
        assert stop.value.code == 0
        page = capsys.readouterr().out
        assert f"arena {name}" in page and "Example: arena" in page and "--json" in page


def test_unknown_verb_and_option_name_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["tournment"]) == 2
    assert "did you mean 'tournament'?" in capsys.readouterr().err
    with pytest.raises(SystemExit) as stop:
        main(["train", "simple_adversary", "--stepps", "10"])
    assert stop.value.code == 2
    assert "--steps" in capsys.readouterr().err


def test_long_lists_of_known_words_are_shortened() -> None:
    words = [f"w{k:02}" for k in range(25)]
    assert nearest("zzz", words) == f"known: {', '.join(words[:20])}, and 5 more"
    assert nearest("zzz", words[:20]) == f"known: {', '.join(words[:20])}" and nearest("zzz", []) == "known: none"


def test_debug_shows_the_traceback() -> None:
    with pytest.raises(cli.ArenaError):
        main(["leaderboard", "nowhere", "--debug"])


def test_interruption_prints_the_command_that_goes_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupt(*_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "run_verb", interrupt)
    assert main(["tournament", "runs/my run", "--out", "leagues/x"]) == 130
    assert "arena tournament 'runs/my run' --out leagues/x --resume" in capsys.readouterr().err
    assert main(["demo", "--quick"]) == 130
    assert capsys.readouterr().err.endswith("arena demo --quick\n")


def test_scenarios_and_doctor_report_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["scenarios", "--json"]) == 0
    found = {s["name"]: s for s in json.loads(capsys.readouterr().out)["scenarios"]}
    assert found["simple_adversary"]["sides"] == {"adversary": ["adversary_0"], "good": ["agent_0", "agent_1"]}
    assert main(["scenarios", "simple_spread"]) == 0
    assert "local_ratio" in capsys.readouterr().out
    assert main(["doctor", "--quick", "--json"]) in (0, 2)
    assert {f["what"] for f in json.loads(capsys.readouterr().out)["findings"]} >= {"python", "packages", "sqlite"}


def test_doctor_sees_a_shadowing_package(tmp_path: Path) -> None:
    (tmp_path / "agents").mkdir()
    (tmp_path / "agents" / "__init__.py").write_text("")
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); from arena.cli import main; sys.exit(main(['doctor', '--quick']))"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "another package hides ours: agents" in done.stdout


def test_names_cannot_control_the_terminal() -> None:
    from arena.verbs.parts.tables import table

    text = table(["player"], [["\x1b[31mred\x07\u202e[bold]x[/bold]"]])
    assert "\x1b" not in text and "\x07" not in text and "\u202e" not in text
    assert "[bold]x[/bold]" in text


def test_bench_refuses_outside_a_checkout(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from arena.verbs import bench

    assert main(["bench", "--list"]) == 0
    assert {"engine", "learner", "tournament"} <= {
        line.split()[0] for line in capsys.readouterr().out.splitlines() if line
    }
    assert main(["bench", "engin"]) == 2
    assert "did you mean 'engine'?" in capsys.readouterr().err
    monkeypatch.setattr(bench, "FOLDER", tmp_path / "none")
    assert main(["bench", "engine"]) == 2
    assert "checkout" in capsys.readouterr().err
