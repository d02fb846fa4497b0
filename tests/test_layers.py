"""The rooms and the arrows between them: who may import whom, and what an import may cost."""

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SPOKES = ("agents", "league", "scenarios")
LOADERS = ("import_module", "__import__")


@dataclass(frozen=True)
class Arrow:
    """One import: `file` uses `target`, when it is imported itself or, lazily, in a function."""

    file: str
    target: str
    is_lazy: bool

    @property
    def room(self) -> str:
        return self.file.split("/")[0].removesuffix(".py")

    def leads_to(self, package: str) -> bool:
        return self.target == package or self.target.startswith(f"{package}.")


def arrows_of(file: str, source: str) -> Iterator[Arrow]:
    """The imports of a file, and the modules that it loads by a name written in it."""
    tree = ast.parse(source)
    lazy = {id(node) for f in ast.walk(tree) if isinstance(f, ast.FunctionDef | ast.Lambda) for node in ast.walk(f)}
    for node in ast.walk(tree):
        targets: list[str] = []
        if isinstance(node, ast.Import):
            targets = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(file.removesuffix(".py").split("/")[: -node.level or None]) if node.level else ""
            module = ".".join(part for part in (base, node.module or "") if part)
            targets = [f"{module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in LOADERS and node.args:
            first = node.args[0].values[0] if isinstance(node.args[0], ast.JoinedStr) else node.args[0]
            targets = [str(first.value)] if isinstance(first, ast.Constant) else []
        yield from (Arrow(file, target, id(node) in lazy) for target in targets)


def is_forbidden(arrow: Arrow) -> bool:
    """The rules of the house."""
    file, room = arrow.file, arrow.room
    in_verbs, in_render = file.startswith("arena/verbs/"), file.startswith("arena/render/")
    is_front = in_verbs or file in ("arena/cli.py", "arena/__init__.py", "arena/__main__.py")
    if room in SPOKES:
        others = [spoke for spoke in SPOKES if spoke != room]
        fronts = ["arena.verbs", "arena.render", "arena.cli", "arena.terminal"]
        return any(arrow.leads_to(package) for package in others + fronts)
    if room != "arena":
        return False
    if arrow.leads_to("arena.render") and not in_render:
        return not (arrow.is_lazy and (is_front or file == "arena/parallel.py"))
    if arrow.leads_to("arena.verbs"):
        return not is_front
    finds_scenarios = file == "arena/finding.py" and arrow.is_lazy and arrow.target in ("scenarios", "scenarios.")
    return not in_verbs and not finds_scenarios and any(arrow.leads_to(spoke) for spoke in SPOKES)


def files() -> list[Path]:
    return sorted(path for room in ("arena", *SPOKES) for path in (ROOT / room).rglob("*.py"))


def test_no_import_goes_against_an_arrow():
    found = [a for p in files() for a in arrows_of(str(p.relative_to(ROOT)), p.read_text(encoding="utf-8"))]
    assert len(found) > 300
    assert [arrow for arrow in found if is_forbidden(arrow)] == []


@pytest.mark.parametrize(
    ("file", "source", "forbidden"),
    [
        ("arena/playing.py", "import agents", True),
        ("arena/playing.py", "from agents.policies.neural import NeuralPolicy", True),
        ("arena/playing.py", "def f():\n    from league import tournament", True),
        ("arena/playing.py", "import importlib\nimportlib.import_module('league.records.ledger')", True),
        ("arena/playing.py", "from importlib import import_module\nimport_module(f'agents.{name}')", True),
        ("arena/engine/worlds.py", "from scenarios.simple_spread import reward", True),
        ("arena/finding.py", "import scenarios", True),
        ("arena/finding.py", "def f():\n    import scenarios", False),
        ("arena/finding.py", "def f(name):\n    importlib.import_module(f'scenarios.{name}')", False),
        ("arena/finding.py", "def f():\n    import scenarios.simple_spread", True),
        ("arena/render/scene.py", "from agents import scripted", True),
        ("arena/render/scene.py", "from arena.render import draw", False),
        ("arena/film.py", "def f():\n    from arena.render import draw", True),
        ("arena/parallel.py", "from arena.render import draw", True),
        ("arena/parallel.py", "def f():\n    from arena.render import draw", False),
        ("arena/verbs/watch.py", "def f():\n    from arena.render.window import show", False),
        ("arena/verbs/watch.py", "from arena.render.window import show", True),
        ("arena/verbs/train.py", "from agents import training\nfrom league import tournament", False),
        ("arena/playing.py", "from arena.verbs import train", True),
        ("arena/__init__.py", "def f(name):\n    importlib.import_module(f'arena.verbs.{name}')", False),
        ("agents/dqn.py", "from league.joint import rate", True),
        ("agents/dqn.py", "from scenarios import simple_spread", True),
        ("agents/dqn.py", "from arena.verbs import train", True),
        ("agents/dqn.py", "from . import network\nfrom arena.errors import ArenaError", False),
        ("league/joint.py", "import agents.policies.neural", True),
        ("league/joint.py", "from ..agents import policy", True),
        ("scenarios/simple_spread.py", "from arena.kit import sight\nimport numpy", False),
    ],
)
def test_the_rules_see_what_they_should(file, source, forbidden):
    assert any(is_forbidden(arrow) for arrow in arrows_of(file, source)) == forbidden


def run_python(*words: str) -> str:
    done = subprocess.run([sys.executable, *words], capture_output=True, text=True, check=True, timeout=60, cwd=ROOT)
    return done.stdout


def test_importing_arena_loads_nothing_heavy():
    code = "import sys, arena; print(*sorted({name.split('.')[0] for name in sys.modules}))"
    assert not {"torch", "pygame", "matplotlib"} & set(run_python("-c", code).split())


def test_help_is_quick():
    used = []
    for _ in range(3):
        before = os.times()
        text = run_python("-m", "arena", "--help")
        after = os.times()
        used.append(after.children_user + after.children_system - before.children_user - before.children_system)
    assert "usage: arena VERB" in text and "  train " in text
    assert min(used) < 0.5  # seconds of the processor, whatever else the machine is doing
