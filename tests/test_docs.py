"""What README and docs say is true: tables, verbs, the example scenario."""

import re
import sys
from pathlib import Path

import numpy as np
import pytest

from arena.cli import verbs
from arena.engine.worlds import Worlds
from arena.scenario import assemble
from benchmarks.tables import START, STOP, table

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_two_lines_stand_at_the_top() -> None:
    lines = README.splitlines()
    assert lines[2:4] == [
        '    pip install -c constraints.txt -e ".[test]" && arena demo',
        '    pip install -c constraints.txt -e ".[test]" && pytest',
    ]


def test_the_table_of_benchmarks_is_the_saved_one() -> None:
    assert README.split(START)[1].split(STOP)[0].strip() == table()


def test_every_verb_is_in_the_table_of_verbs() -> None:
    assert set(re.findall(r"^\| `arena (\w+)", README, re.M)) == set(verbs())


def test_every_file_that_is_linked_exists() -> None:
    for page in [ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").glob("*.md")]:
        for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
            assert target.startswith("https://") or (page.parent / target).exists(), (page, target)


def test_the_example_scenario_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = (ROOT / "docs/scenarios.md").read_text(encoding="utf-8")
    code = re.search(r"```python\n(.*?)```", page, re.S)
    assert code is not None
    (tmp_path / "touch_it.py").write_text(code[1], encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    import touch_it  # type: ignore[import-not-found]

    scenario = assemble("touch_it", touch_it, 25, {})
    worlds = Worlds(scenario, 8)
    start = worlds.obs.copy()
    out = worlds.step(np.zeros((1, 8), np.int8))
    np.testing.assert_allclose(out.reward[:, 0], -np.hypot(start[0, :, 2], start[0, :, 3]), rtol=1e-6)
    del sys.modules["touch_it"]
