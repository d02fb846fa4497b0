"""Cards that are damaged or made to harm: refused in one line; and no file of a checkpoint ever runs."""

import os
import pickle
import random
import subprocess
import sys
from pathlib import Path

import pytest
from checkpoints import HIDDEN, entries, header_of, loads_or_refuses, refusal, rewrite, scenario_card, weights

from agents.policies import checkpoint
from agents.policies.card import CARD
from agents.policies.weights import WEIGHTS


def test_mutated_cards(folder):
    rng, text = random.Random(6), (folder / CARD).read_bytes()
    snippets = [
        b"null",
        b"-1",
        b"1e999",
        b"NaN",
        b"[]",
        b"{}",
        b'"',
        b"\\ud800",
        b"\\n",
        b"\xff",
        b"9" * 30,
        b",",
        b"true",
    ]
    loaded = 0
    for _ in range(1200):
        mutant, at = bytearray(text), rng.randrange(len(text))
        if rng.random() < 0.5:
            mutant[at] ^= 1 << rng.randrange(8)
        else:
            mutant[at : at + rng.randrange(8)] = rng.choice(snippets)
        (folder / CARD).write_bytes(mutant)
        loaded += loads_or_refuses(folder)
    assert loaded < 400  # a changed step or version hurts nobody


BAD_CARDS = {
    "unknown key": ({"surprise": 1}, "surprise: Extra inputs"),
    "unknown key that writes to the terminal": ({"\x1b[2J\n": 1}, "\\x1b[2J\\n: Extra inputs"),
    "unknown key that is no text": ({"\ud800": 1}, "unicode"),
    "very long key": ({"k" * 400_000: 1}, "Extra inputs"),
    "wrong type": ({"step": "7"}, "step: Input should be a valid integer"),
    "float for int": ({"step": 7.0}, "step"),
    "negative step": ({"step": -1}, "step"),
    "other format": ({"format": 1}, "format: Input should be 2"),
    "hash that is none": ({"sha256": "0" * 63}, "sha256"),
    "odd head": ({"head": "pickle"}, "head"),
    "odd rule": ({"act": "exec"}, "act"),
    "unknown scenario": (scenario_card(name="simple_adversry"), "did you mean 'simple_adversary'"),
    "scenario that is a path": (scenario_card(name="../../evil"), "there is no scenario"),
    "scenario that is a module": (scenario_card(name="os"), "there is no scenario"),
    "other version": (scenario_card(version=99), "version 99"),
    "unknown parameter": (scenario_card(parameters={"M": 2}), "has no option 'M'"),
    "parameter called name": (scenario_card(parameters={"name": 2}), "has no option 'name'"),
    "parameter of another type": (scenario_card(parameters={"N": 2.5}), "whole number"),
    "parameter that is a text": (scenario_card(parameters={"N": "2"}), "whole number, not '2'"),
    "huge parameter": (scenario_card(parameters={"N": 10**9}), "N is beyond 100000"),
    "large parameter": (scenario_card(parameters={"N": 100_000}), "layout gives 100,001 seats"),
    "astronomic parameter": (scenario_card(parameters={"N": 10**300}), "parameters"),
    "endless games": (scenario_card(parameters={"max_cycles": 10**12}), "max_cycles"),
    "no games": (scenario_card(parameters={"max_cycles": 0}), "max_cycles"),
    "another cast": (scenario_card(parameters={"N": 3}), "do not fit simple_adversary"),
    "other seats": ({"seats": ["a", "b", "c"]}, "seats ['a', 'b', 'c'] do not fit"),
    "many seats": ({"seats": ["x" * 100] * 1000}, "seats"),
    "far too many seats": ({"seats": ["x"] * 100_000}, "seats"),
    "other sides": ({"sides": ["evil"]}, "sides ['evil'] do not fit"),
    "sides twice": ({"sides": ["good", "good"]}, "sides"),
    "no sides": ({"sides": []}, "sides"),
    "other inputs": ({"network": {"inputs": 9, "hidden": HIDDEN, "outputs": 5, "normed": False}}, "network inputs 9"),
    "other outputs": ({"network": {"inputs": 10, "hidden": HIDDEN, "outputs": 6, "normed": False}}, "outputs 6"),
    "other hidden layers": ({"network": {"inputs": 10, "hidden": [5], "outputs": 5, "normed": False}}, "the card says"),
    "absurd hidden layers": (
        {"network": {"inputs": 10, "hidden": [-1, 10**9], "outputs": 5, "normed": False}},
        "missing",
    ),
    "hidden layers without end": (
        {"network": {"inputs": 10, "hidden": [1] * 17, "outputs": 5, "normed": False}},
        "hidden",
    ),
    "hidden layers of text": ({"network": {"inputs": 10, "hidden": "44", "outputs": 5, "normed": False}}, "hidden"),
    "infinite parameter": (scenario_card(parameters={"N": float("inf")}), "not JSON"),
}


@pytest.mark.parametrize("what", BAD_CARDS)
def test_bad_cards(folder, what):
    changes, expected = BAD_CARDS[what]
    rewrite(folder, **changes)
    assert expected in refusal(folder)


BAD_JSON = {
    "empty": b"",
    "a list": b"[]",
    "a number": b"3",
    "null": b"null",
    "not UTF-8": b'{"format": "\xff\xfe"}',
    "UTF-16": '{"format": 1}'.encode("utf-16"),
    "two megabytes": b'{"format": "' + b"x" * (2 << 20) + b'"}',
    "deep lists": b"[" * 100_000,
    "deep objects": b'{"a":' * 50_000,
    "endless digits": b'{"format": ' + b"1" * 100_000 + b"}",
    "a pickle": pickle.dumps({"format": 1}),
}


@pytest.mark.parametrize("what", BAD_JSON)
def test_cards_that_are_no_cards(folder, what):
    (folder / CARD).write_bytes(BAD_JSON[what])
    assert CARD in refusal(folder)


class Bomb:
    """Unpickling this creates a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self):
        return os.mkdir, (str(self.path),)


WATCHED = """
import sys
from pathlib import Path
from agents.policies import checkpoint
from arena.errors import ArenaError

def load(folder):
    try:
        checkpoint.load(Path(folder))
        return "loaded"
    except ArenaError as error:
        return "refused"

first = [load(folder) for folder in sys.argv[1:]]  # imports what an import may run
seen = []
FORBIDDEN = ("exec", "compile", "os.system", "os.exec", "os.posix_spawn", "os.fork", "os.mkdir", "subprocess.Popen",
             "socket.connect", "socket.bind", "pickle.find_class", "ctypes.dlopen", "import")
sys.addaudithook(lambda event, details: event in FORBIDDEN and seen.append((event, str(details)[:200])))
print(first == [load(folder) for folder in sys.argv[1:]], first, seen, sep="\\n")
"""


def test_no_file_of_a_checkpoint_ever_runs(folder, tmp_path):
    canary = tmp_path / "canary"
    bomb = pickle.dumps(Bomb(canary))
    hostile = {
        "weights": {WEIGHTS: bomb},
        "card": {CARD: bomb},
        "both": {WEIGHTS: bomb, CARD: bomb},
        "framed": {WEIGHTS: header_of(len(bomb), bomb)},
    }
    paths = [folder]
    for name, files in hostile.items():
        checkpoint.save(tmp_path / name, [weights()], **entries())
        for file, data in files.items():
            (tmp_path / name / file).write_bytes(data)
        if CARD not in files:
            rewrite(tmp_path / name)
        paths.append(tmp_path / name)
    checkpoint.save(tmp_path / "module", [weights()], **entries())
    rewrite(tmp_path / "module", **scenario_card(name="antigravity"))
    paths.append(tmp_path / "module")
    done = subprocess.run(
        [sys.executable, "-c", WATCHED, *map(str, paths)], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.splitlines() == ["True", str(["loaded"] + ["refused"] * 5), "[]"]
    assert not canary.exists()
    pickle.loads(bomb)
    assert canary.exists()  # the bomb works
