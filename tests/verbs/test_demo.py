"""`arena demo`, made small."""

import json
from pathlib import Path

import pytest
from PIL import Image
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from arena.cli import main
from arena.verbs import demo


def test_demo_writes_everything_it_names_and_goes_on_when_run_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(demo, "QUICK_STEPS", 12_000)
    words = ["demo", "--quick", "--out", str(tmp_path / "demo"), "--pairs", "4", "--json"]
    assert main(words) == 0
    first = json.loads(capsys.readouterr().out)
    files = {what: Path(path) for what, path in first["files"].items()}
    assert all(path.exists() for path in files.values())
    board = first["leaderboard"]
    names = {player["name"] for player in board["players"]}
    assert {"random", "greedy", "deceptive"} < names
    assert {f"{algo}@{step}" for algo in demo.LEARNERS for step in (3000, 6000, 9000, 12000)} < names
    assert board["legs"] == 15 * 14 * 4
    with Image.open(files["best pairing"]) as gif:
        assert gif.n_frames == 26
    with Image.open(files["learning curves"]) as png:
        assert min(png.size) > 500
    events = EventAccumulator(str(files["TensorBoard events"]))
    events.Reload()
    rows = [json.loads(line) for line in (tmp_path / "demo/runs/maddpg/metrics.jsonl").read_text().splitlines()]
    written = [(e.step, e.value) for e in events.Scalars("return/good/member_0")]
    assert written == [(r["step"], pytest.approx(r["return/good"], rel=1e-6)) for r in rows if "return/good" in r]
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "demo/runs").rglob("*.safetensors")}
    assert main(words) == 0
    assert json.loads(capsys.readouterr().out)["leaderboard"]["fingerprint"] == board["fingerprint"]
    assert {path: path.stat().st_mtime_ns for path in before} == before
