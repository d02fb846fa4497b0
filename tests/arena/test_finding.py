"""Scenarios from files and packages: found, imported once for each content, and refused in one line."""

import sys
from importlib.metadata import EntryPoint
from pathlib import Path
from types import SimpleNamespace

import pytest

import arena.finding
import scenarios
from arena.errors import ArenaError
from arena.finding import known_scenarios, source_of
from arena.scenario import find_module, load

SOURCE = (Path(arena.finding.__file__).parent / "template.py").read_text(encoding="utf-8")


@pytest.fixture
def write(tmp_path):
    """Writes the template, with one passage replaced, to a file; returns its path."""

    def write(old="", new="", name="hilltop.py"):
        assert old in SOURCE
        path = tmp_path / name
        path.write_text(SOURCE.replace(old, new, 1) if old else SOURCE, encoding="utf-8")
        return str(path)

    return write


def test_a_file_is_called_by_its_stem_and_found_again_by_its_word(write, monkeypatch):
    path = write()
    monkeypatch.chdir(Path(path).parent)
    scenario = load("./hilltop.py", size=0.2)
    assert (scenario.name, scenario.word, scenario.options.size) == ("hilltop", path, 0.2)
    assert load("hilltop.py").module is load(scenario.word).module is scenario.module
    assert load("simple_tag").word == "simple_tag"
    assert "scenarios.simple_tag" in sys.modules and "hilltop" not in sys.modules


def test_an_edited_file_is_imported_anew_and_the_old_one_keeps_its_source(write):
    first = load(write())
    second = load(write("size: float = 0.15", "size: float = 0.25"))
    assert (first.options.size, second.options.size) == (0.15, 0.25)
    assert source_of(first.module) == SOURCE.encode() != second.source
    assert load(write()).module is first.module


def test_a_built_in_file_is_the_built_in_scenario():
    path = Path(scenarios.__path__[0]) / "simple_tag.py"
    assert load(str(path)).word == "simple_tag"


REFUSED = [
    ("nowhere.py", "cannot read the scenario .*nowhere.py: no such file or directory"),
    (".", "cannot read the scenario .*: is a directory"),
    ("my-game.py", r"rename it, for example my_game\.py"),
    ("game.txt", r"is called NAME\.py"),
    ("simple_tag.py", "there is an installed scenario 'simple_tag' already; rename the file"),
]


@pytest.mark.parametrize(("name", "message"), REFUSED)
def test_a_file_that_cannot_be_a_scenario_is_refused(write, tmp_path, name, message):
    if name not in (".", "nowhere.py"):
        write(name=name)
    with pytest.raises(ArenaError, match=message):
        load(f"{tmp_path}/{name}")


def test_a_name_without_a_scenario_points_to_the_file_beside_it(write, monkeypatch):
    monkeypatch.chdir(Path(write()).parent)
    with pytest.raises(ArenaError, match=r"no scenario 'hilltop'.*write \./hilltop\.py"):
        load("hilltop")


BROKEN = [
    ("VERSION = 1", "VERSION = = 1", r"^hilltop\.py:\d+: invalid syntax"),
    ("VERSION = 1", "VERSION = 1 / 0", r"^hilltop\.py:\d+: ZeroDivisionError: division by zero; .* not be imported"),
    ("VERSION = 1", "import no_such_module", r"hilltop\.py:\d+: ModuleNotFoundError: No module named 'no_such_module'"),
    ("VERSION = 1", "raise SystemExit(3)", r"hilltop\.py:\d+: SystemExit: 3"),
    ("VERSION = 1 ", "VERSION = '1' ", "VERSION must be a whole number from 1 up, not '1'"),
    ("VERSION = 1 ", "VERSION = True ", "VERSION must be a whole number from 1 up, not True"),
    ("def reward(", "def pay(", r"there is no function reward; write @compiled, then def reward\(world, out\):"),
    ("def layout(", "def lay(", r"there is no function layout\(options\)"),
    ("@compiled\ndef spawn", "def spawn", "spawn is not compiled; put @compiled above it"),
    (
        "def observe(world, seat, out)",
        "def observe(world, seat)",
        r"observe\(world, seat\) must take \(world, seat, out",
    ),
    ("Options(NamedTuple)", "Options", "Options must be a NamedTuple"),
    ("size: float = 0.15", "size: str = 'big'", "option size needs a default of type bool, int or float, not 'big'"),
    ("ring: float = 1.0", "max_cycles: int = 9", "option max_cycles is the engine's"),
    ("return Layout(", "return (", "layout must return a Layout, not tuple"),
    ("return Layout(", "return Layouts(", r"hilltop\.py:\d+: NameError: name 'Layouts' is not defined; layout failed"),
    ('Seat("blue_0"', 'Seat("red_0"', "2 entities of layout are called 'red_0'"),
    ("sees=6, radius", "sees=0, radius", "red_0 has sees=0"),
    ("radius=0.1)", "radius=-0.1)", r"top has radius=-0\.1; it must be a number above 0"),
    ("radius=0.1)", "radius=True)", r"top has radius=True; it must be a number above 0"),
    ("collides=True, color=(0.85", "accel='x', color=(0.85", "red_0 has accel='x'; it must be a number above 0"),
    (
        "collides=True, color=(0.85",
        "max_speed=float('nan'), color=(0.85",
        "red_0 has max_speed=nan; it must be a number",
    ),
    ("color=(0.85, 0.35, 0.35)", "color='red'", "red_0 has color='red'; it must be red, green and blue from 0 to 1"),
    (
        "color=(0.85, 0.35, 0.35)",
        "color=(85, 35, 35)",
        r"red_0 has color=\(85, 35, 35\); it must be red, green and blue",
    ),
    ('(Entity("top", radius=0.1),)', "[]", "landmarks of the Layout must be a tuple, not list"),
    (
        "Layout((red, blue)",
        "Layout(red",
        r"seats of the Layout must be a tuple, not Seat; a tuple of one is written \(it,\)",
    ),
    (
        "Layout((red, blue)",
        "Layout((red, Entity('blue_0'))",
        "seats of the Layout: blue_0 is of type Entity; make it a Seat",
    ),
    ("Layout((red, blue)", "Layout((red, 'blue')", "seats of the Layout: 'blue' is of type str; make it a Seat"),
    ("Layout((red, blue)", "Layout(()", "layout gives no seats; there must be from 1 to 1,000"),
    ("Layout((red, blue)", "Layout(1001 * (red,)", "layout gives 1,001 seats; there must be from 1 to 1,000"),
    ("sees=6, radius", "sees=100_001, radius", "red_0 has sees=100001; no seat sees more than 100,000 numbers"),
    ('"mean", "falls"', '"max", "falls"', "metric 'distance' is folded by 'max'; use one of last, mean, sum"),
    ("def metrics(", "def measure(", r"no compiled metrics\(world, out\) that writes them"),
    ("METRICS = {", "METRIX = {", "metrics writes values that METRICS does not name"),
    ('PLAYERS = {"greedy"', 'PLAYERS = {"random"', "every scenario has a player random"),
    ('"greedy": greedy', '"greedy": 3', r"PLAYERS\['greedy'\] is not compiled"),
]


@pytest.mark.parametrize(("old", "new", "message"), BROKEN)
def test_what_a_file_lacks_is_said_in_one_line(write, old, new, message):
    with pytest.raises(ArenaError, match=message) as error:
        load(write(old, new))
    assert "\n" not in str(error.value) and "hilltop.py" in str(error.value)


def test_a_file_that_fails_leaves_no_module_behind(write):
    before = set(sys.modules)
    with pytest.raises(ArenaError):
        load(write("VERSION = 1", "VERSION = 1 / 0"))
    assert set(sys.modules) == before


def point(name, value="scenarios.simple_spread", package="other-games"):
    entry = EntryPoint(name, value, arena.finding.GROUP)
    vars(entry)["dist"] = SimpleNamespace(name=package)
    return entry


@pytest.fixture
def announce(monkeypatch):
    """Lets packages announce scenarios."""
    return lambda *points: monkeypatch.setattr(arena.finding, "entry_points", lambda group: points)


def test_a_package_announces_a_scenario_that_is_imported_when_it_is_named(announce, monkeypatch):
    announce(point("far_spread"), point("not_there", "no_such_package.game"))
    assert {"far_spread", "not_there", "simple_spread"} < set(known_scenarios())
    assert (load("far_spread").name, load("far_spread").word) == ("far_spread", "far_spread")
    with pytest.raises(ArenaError, match="'not_there' of the package other-games fails: ModuleNotFoundError"):
        load("not_there")


def test_a_name_belongs_to_one_package_and_first_to_us(announce):
    announce(point("mine", package="a"), point("mine", package="b"), point("simple_tag", "no_such_package"))
    with pytest.raises(ArenaError, match="scenario 'mine' comes from several packages: a, b; uninstall all but one"):
        find_module("mine")
    assert find_module("simple_tag").__name__ == "scenarios.simple_tag"


def test_what_is_announced_has_to_be_a_module(announce):
    announce(point("word", "arena.finding:GROUP"))
    with pytest.raises(ArenaError, match="'word' of the package other-games is not a module: "):
        find_module("word")
