"""What README and docs say is true: tables, verbs, the example scenario."""

import ast
import re
from pathlib import Path

from PIL import Image

from arena.cli import verbs
from arena.finding import built_in_scenarios
from benchmarks import pictures
from benchmarks.tables import START, STOP, all_tables, table

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_two_lines_stand_at_the_top() -> None:
    lines = README.splitlines()
    assert lines[2:4] == [
        '    pip install -c constraints.txt -e ".[test]" && arena demo',
        '    pip install -c constraints.txt -e ".[test]" && pytest',
    ]


def test_the_tables_of_benchmarks_are_the_saved_ones() -> None:
    assert README.split(START)[1].split(STOP)[0].strip() == table()
    page = (ROOT / "docs/benchmarks.md").read_text(encoding="utf-8")
    assert page.split(START)[1].split(STOP)[0].strip() == all_tables()


def test_every_verb_is_in_the_table_of_verbs() -> None:
    assert set(re.findall(r"^\| `arena (\w+)", README, re.M)) == set(verbs())


def test_every_file_that_is_linked_exists() -> None:
    for page in [ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").glob("*.md")]:
        for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
            assert target.startswith("https://") or (page.parent / target).exists(), (page, target)


def test_the_gallery_shows_every_game_and_its_picture() -> None:
    page = (ROOT / "docs/games.md").read_text(encoding="utf-8")
    assert page.split(pictures.START)[1].split(pictures.STOP)[0].strip() == pictures.gallery()
    for name in built_in_scenarios():
        with Image.open(pictures.PICTURES / f"{name}.png") as picture:
            assert picture.size == (pictures.SIZE, pictures.SIZE)


def test_the_template_is_a_small_complete_game() -> None:
    tree = ast.parse((ROOT / "arena/template.py").read_text(encoding="utf-8"))
    documented = [node for node in ast.walk(tree) if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef)]
    for node in documented:
        if ast.get_docstring(node):
            del node.body[0]
    code = [line for line in ast.unparse(tree).splitlines() if line.strip()]
    assert len(code) <= 60, len(code)
    assert {"ended", "outcome", "metrics", "greedy"} <= {n.name for n in documented if not isinstance(n, ast.Module)}
