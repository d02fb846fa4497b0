"""What sources may not do: run what they read, draw from global randomness, wait for a device, go undocumented."""

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("arena", "agents", "league", "scenarios", "benchmarks")
LARGEST_FILE = 450  # lines
WAITING = (
    "training/held.py",
    "training/guests.py",
    "training/state.py",
    "training/tally.py",
    "training/loop.py",
)  # on worlds, files, logs
HOT = ("networks", "actor_critic", "q_learning", "training")  # folders of agents/
CONTRACT = {"spawn", "observe", "reward", "ended", "metrics", "outcome", "spotlight", "report", "layout", "Options"}

LOADERS = {"pickle", "cPickle", "dill", "cloudpickle", "joblib", "marshal", "shelve", "yaml", "jsonpickle"}
RUNNERS = {"eval", "exec", "torch.load", "yaml.load", "runpy.run_path", "os.system"}
NUMPY_SAFE = {"default_rng", "Generator", "PCG64", "SeedSequence", "BitGenerator", "Philox"}
TORCH_DRAWS = {"rand", "randn", "randint", "randperm", "normal", "bernoulli", "multinomial", "rand_like", "randn_like"}
TORCH_SEEDS = {"torch.manual_seed", "torch.seed", "torch.cuda.manual_seed", "torch.cuda.manual_seed_all"}
TENSOR_DRAWS = {"uniform_", "normal_", "exponential_", "random_", "bernoulli_", "log_normal_", "geometric_", "cauchy_"}
SYNCS = {"item", "tolist", "cpu", "numpy"}


def sources() -> list[Path]:
    return sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))


def findings(check: Callable[[ast.AST], Iterator[tuple[int, str]]], paths: list[Path]) -> list[str]:
    """What `check` finds in the syntax trees of these files, as file:line text."""
    found = []
    for path in paths:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        found += [f"{path.relative_to(ROOT)}:{line} {what}" for line, what in check(tree)]
    return found


def calls(tree: ast.AST) -> Iterator[tuple[ast.Call, str]]:
    """Every call, with the dotted name of what is called."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield node, ast.unparse(node.func)


def takes(call: ast.Call, keyword: str) -> bool:
    return any(k.arg in (keyword, None) for k in call.keywords)


def code_runners(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Loaders that can run what they read."""
    for node in ast.walk(tree):
        names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        yield from ((node.lineno, name) for name in names if name.split(".")[0] in LOADERS)
    for call, name in calls(tree):
        allows = any(k.arg == "allow_pickle" and ast.unparse(k.value) != "False" for k in call.keywords)
        is_shell = any(k.arg == "shell" and ast.unparse(k.value) != "False" for k in call.keywords)
        if name in RUNNERS or allows or is_shell:
            yield call.lineno, name


def global_randomness(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Draws that do not come from a generator in someone's hand."""
    for call, name in calls(tree):
        *owner, last = name.split(".")
        is_seeded = takes(call, "generator") or takes(call, "rng")
        if owner in (["np", "random"], ["numpy", "random"]) and last not in NUMPY_SAFE:
            yield call.lineno, name
        elif last == "default_rng" and not call.args and not call.keywords:
            yield call.lineno, f"{name} without a seed"
        elif (owner == ["random"] and last != "Random") or name in TORCH_SEEDS:
            yield call.lineno, name
        elif owner and last in (TORCH_DRAWS if owner == ["torch"] else TENSOR_DRAWS) and not is_seeded:
            yield call.lineno, f"{name} without a generator"


def device_waits(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Calls that bring numbers from a device, which makes Python wait for it."""
    for call, name in calls(tree):
        if name.split(".")[-1] in SYNCS and "." in name:
            yield call.lineno, name


def undocumented(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Public functions and classes of a module without a docstring."""
    assert isinstance(tree, ast.Module)
    for node in tree.body:
        is_public = isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
        if is_public and not ast.get_docstring(node):
            yield node.lineno, node.name


def test_nothing_runs_what_it_reads():
    assert findings(code_runners, sources()) == []


def test_no_global_randomness():
    played = [path for path in sources() if path.parent.name != "benchmarks"]  # those need numbers of any kind
    assert findings(global_randomness, played) == []


def test_learners_never_wait_for_a_device():
    found = [path for folder in HOT for path in (ROOT / "agents" / folder).glob("*.py")]
    hot = [path for path in found if f"{path.parent.name}/{path.name}" not in WAITING]
    assert findings(device_waits, hot) == []


def test_everything_public_is_documented():
    found = findings(undocumented, sources())
    is_told = re.compile(rf"^scenarios/\w+\.py:\d+ ({'|'.join(CONTRACT)})$")  # arena/scenario.py says what these are
    assert [line for line in found if not is_told.match(line)] == []


def test_files_are_short():
    lengths = {str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines()) for path in sources()}
    assert {name: lines for name, lines in lengths.items() if lines > LARGEST_FILE} == {}


@pytest.mark.parametrize(
    ("check", "source", "is_found"),
    [
        (code_runners, "import pickle", True),
        (code_runners, "from yaml import safe_load", True),
        (code_runners, "import torch\ntorch.load(path)", True),
        (code_runners, "np.load(path, allow_pickle=True)", True),
        (code_runners, "np.load(path, allow_pickle=allowed)", True),
        (code_runners, "np.load(path, allow_pickle=False)", False),
        (code_runners, "subprocess.run(text, shell=True)", True),
        (code_runners, "eval(text)", True),
        (code_runners, "json.loads(text)", False),
        (global_randomness, "np.random.seed(1)", True),
        (global_randomness, "np.random.uniform()", True),
        (global_randomness, "np.random.default_rng()", True),
        (global_randomness, "np.random.default_rng(3)", False),
        (global_randomness, "random.shuffle(x)", True),
        (global_randomness, "random.Random(3).shuffle(x)", False),
        (global_randomness, "torch.manual_seed(1)", True),
        (global_randomness, "torch.Generator().manual_seed(1)", False),
        (global_randomness, "torch.rand(3)", True),
        (global_randomness, "torch.rand(3, generator=rng)", False),
        (global_randomness, "x.exponential_()", True),
        (global_randomness, "x.uniform_(-1, 1, generator=rng)", False),
        (device_waits, "loss.item()", True),
        (device_waits, "a.b().tolist()", True),
        (device_waits, "loss.detach()", False),
        (undocumented, "def f():\n    pass", True),
        (undocumented, "class C:\n    x = 1", True),
        (undocumented, "def _f():\n    pass", False),
        (undocumented, "def f():\n    '''Returns.'''", False),
    ],
)
def test_the_checks_see_what_they_should(check, source, is_found):
    assert bool(list(check(ast.parse(source)))) == is_found
