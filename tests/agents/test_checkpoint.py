"""Checkpoints: what is saved comes back; anything else is refused in one line, and nothing in a file ever runs."""

import errno
import hashlib
import json
import os
import pickle
import random
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest
import safetensors.numpy

import arena.files
from agents import checkpoint
from agents.checkpoint import CARD, WEIGHTS, NetworkCard, ScenarioCard
from arena.errors import ArenaError
from arena.scenario import load as load_scenario

SCENARIO = load_scenario("simple_adversary")
HIDDEN = [4]


def weights(seed: int = 0) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    shapes = {"w.0": (3, 10, 4), "b.0": (3, 4), "w.1": (3, 4, 5), "b.1": (3, 5)}
    return {name: rng.normal(size=shape).astype(np.float32) for name, shape in shapes.items()}


def entries() -> dict:
    return {
        "scenario": ScenarioCard(name="simple_adversary", version=SCENARIO.version, parameters=SCENARIO.parameters),
        "seats": [seat.name for seat in SCENARIO.seats],
        "sides": list(SCENARIO.sides),
        "algorithm": "maddpg",
        "network": NetworkCard(inputs=10, hidden=HIDDEN, outputs=5, normed=False),
        "head": "soft",
        "act": "sample",
        "step": 500,
        "member": 0,
        "parent": None,
        "configuration": {"seed": 1},
    }


@pytest.fixture
def folder(tmp_path) -> Path:
    """A good checkpoint."""
    checkpoint.save(tmp_path / "good", weights(), **entries())
    return tmp_path / "good"


def rewrite(folder: Path, data: bytes | None = None, **changes) -> None:
    """Puts other bytes in the place of the weights and changes entries of the card, with a hash that fits."""
    if data is not None:
        (folder / WEIGHTS).write_bytes(data)
    card = json.loads((folder / CARD).read_text())
    card["sha256"] = hashlib.sha256((folder / WEIGHTS).read_bytes()).hexdigest()
    (folder / CARD).write_text(json.dumps({**card, **changes}))


def refusal(folder: Path) -> str:
    """The message with which a checkpoint is refused: one short line that names the file."""
    with pytest.raises(ArenaError) as caught:
        checkpoint.load(folder)
    message = str(caught.value)
    assert message.isprintable(), ascii(message)
    assert len(message) < 500
    return message


def loads_or_refuses(folder: Path) -> bool:
    try:
        player, _, _ = checkpoint.load(folder)
    except ArenaError as error:
        assert str(error).isprintable() and len(str(error)) < 500
        return False
    assert np.isfinite(player.policy.weights).all()
    return True


def test_what_is_saved_comes_back(folder):
    player, scenario, card = checkpoint.load(folder, name="me")
    given = weights()
    flat = np.concatenate([given[k].reshape(3, -1) for k in ("w.0", "b.0", "w.1", "b.1")], 1)
    assert np.array_equal(player.policy.weights, flat)
    assert player.policy.widths.tolist() == [10, 4, 5]
    assert (player.name, player.sides, player.kind) == ("me", ("adversary", "good"), "neural")
    assert scenario.identity == SCENARIO.identity
    assert (card.step, card.configuration, card.parent) == (500, {"seed": 1}, None)
    assert card.sha256 == hashlib.sha256((folder / WEIGHTS).read_bytes()).hexdigest()
    assert card == checkpoint.read_card(folder)


def test_the_hash_of_a_player_covers_what_its_play_depends_on(folder):
    def digest(act: str = "", **changes) -> str:
        rewrite(folder, **changes)
        return checkpoint.load(folder, act=act)[0].hash

    base = digest()
    assert digest(algorithm="other", step=9, configuration={}) == base
    variants = {
        base,
        digest("greedy"),
        digest(head="hard"),
        digest(head="soft", sides=["good"]),
        digest(sides=["adversary", "good"], network={"inputs": 10, "hidden": HIDDEN, "outputs": 5, "normed": True}),
        digest(scenario={"name": "simple_adversary", "version": 1, "parameters": {"max_cycles": 30}}),
        digest(data=safetensors.numpy.save(weights(1))),
    }
    assert len(variants) == 7
    assert digest("sample") == digest()


def test_truncated_files_are_refused(folder):
    data, card = (folder / WEIGHTS).read_bytes(), (folder / CARD).read_bytes()
    for length in [*range(60), *range(60, len(data), 23), len(data) - 1]:
        (folder / WEIGHTS).write_bytes(data[:length])
        (folder / CARD).write_bytes(card)
        assert "SHA-256" in refusal(folder) or length < 8 or "truncated" in refusal(folder)
        rewrite(folder)  # even if the card vouches for what is left
        assert WEIGHTS in refusal(folder)
    (folder / WEIGHTS).write_bytes(data)
    for length in range(0, len(card) - 2, 7):
        (folder / CARD).write_bytes(card[:length])
        assert CARD in refusal(folder)


@pytest.mark.parametrize("vouched", [False, True])
def test_flipped_bits_in_the_weights(folder, vouched):
    rng, data = random.Random(5), (folder / WEIGHTS).read_bytes()
    header = 8 + int.from_bytes(data[:8], "little")
    loaded = 0
    for trial in range(800):
        mutant = bytearray(data)
        for _ in range(rng.choice((1, 1, 1, 4))):
            mutant[rng.randrange(header if trial % 4 else len(data))] ^= 1 << rng.randrange(8)
        if bytes(mutant) == data:
            continue
        (folder / WEIGHTS).write_bytes(mutant)
        if vouched:
            rewrite(folder)
        loaded += loads_or_refuses(folder)
    assert (loaded > 100) == vouched  # a card that vouches lets other finite weights in, and nothing else


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


BROKEN_WEIGHTS = {
    "nan": lambda w: {**w, "b.0": w["b.0"] * np.nan},
    "infinity": lambda w: {**w, "w.1": np.where(w["w.1"] > 1, np.inf, w["w.1"]).astype(np.float32)},
    "missing": lambda w: {k: v for k, v in w.items() if k != "b.1"},
    "extra": lambda w: {**w, "w.2\x1b[31m\n": w["b.0"]},
    "many extra": lambda w: {**w, **{f"x{'y' * 100}{k}": w["b.0"] for k in range(500)}},
    "empty": lambda w: {},
    "wrong shape": lambda w: {**w, "w.0": w["w.0"].transpose(0, 2, 1)},
    "wrong dtype": lambda w: {**w, "b.0": w["b.0"].astype(np.float64)},
    "integers": lambda w: {**w, "b.0": w["b.0"].view(np.int32)},
}
EXPECTED = {
    "nan": "b.0 holds NaN",
    "infinity": "w.1 holds NaN or infinity",
    "missing": "tensors are missing: b.1",
    "extra": "unexpected tensors",
    "many extra": "unexpected tensors",
    "empty": "tensors are missing: b.0, b.1, w.0, w.1",
    "wrong shape": "w.0 is float32 (3, 4, 10)",
    "wrong dtype": "b.0 is float64",
    "integers": "b.0 is int32",
}


@pytest.mark.parametrize("how", BROKEN_WEIGHTS)
def test_broken_weights_that_the_card_vouches_for(folder, how):
    broken = {k: np.ascontiguousarray(v) for k, v in BROKEN_WEIGHTS[how](weights()).items()}
    rewrite(folder, safetensors.numpy.save(broken))
    assert EXPECTED[how] in refusal(folder)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_weights_that_are_not_finite_are_not_saved(folder, value):
    before = {path: path.read_bytes() for path in folder.iterdir()}
    bad = weights(1)
    bad["w.1"][2, 3, 4] = value
    with pytest.raises(ArenaError, match="not finite"):
        checkpoint.save(folder, bad, **entries())
    assert {path: path.read_bytes() for path in folder.iterdir()} == before


def test_a_replaced_weights_file_is_refused(folder):
    (folder / WEIGHTS).write_bytes(safetensors.numpy.save(weights(1)))
    assert "SHA-256" in refusal(folder)


def header_of(length: int, body: bytes = b"") -> bytes:
    return length.to_bytes(8, "little") + body


def padded(data: bytes, length: int) -> bytes:
    """The same tensors with a longer header, which is still valid."""
    end = 8 + int.from_bytes(data[:8], "little")
    return header_of(length, data[8:end].ljust(length) + data[end:])


HEADER = json.dumps({"w.0": {"dtype": "F32", "shape": [3, 10, 4], "data_offsets": [0, 480]}}).encode()
HOSTILE_FILES = {
    "nothing": b"",
    "header longer than the file": header_of(2**63, b"{}"),
    "header of a terabyte": header_of(1 << 40, b"{}"),
    "header over the limit": header_of(300 << 10, b" " * (300 << 10)),
    "header padded over the limit": padded(safetensors.numpy.save(weights()), 300 << 10),
    "header is no json": header_of(4, b"\xff\xfe\x00\x01"),
    "header nests": header_of(200_000, b"[" * 200_000),
    "header lists": header_of(2, b"[]"),
    "no data": header_of(len(HEADER), HEADER),
    "overlap": header_of(
        160,
        b'{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}'.ljust(
            160
        )
        + b"\0" * 4,
    ),
    "huge shape": header_of(
        90, b'{"w.0":{"dtype":"F32","shape":[4294967296,4294967296,4294967296],"data_offsets":[0,0]}}'.ljust(90)
    ),
    "half floats": safetensors.numpy.save({"w.0": np.zeros((3, 10, 4), np.float16)}),
    "bfloat": header_of(70, b'{"w.0":{"dtype":"BF16","shape":[2],"data_offsets":[0,4]}}'.ljust(70) + b"\0" * 4),
    "zip": b"PK\x03\x04" + b"\0" * 100,
}


@pytest.mark.parametrize("what", HOSTILE_FILES)
@pytest.mark.parametrize("vouched", [False, True])
def test_hostile_weights_files(folder, what, vouched):
    (folder / WEIGHTS).write_bytes(HOSTILE_FILES[what])
    if vouched:
        rewrite(folder)
    assert WEIGHTS in refusal(folder)


def test_a_file_too_large_is_refused_unread(folder):
    with (folder / WEIGHTS).open("r+b") as file:
        file.truncate(checkpoint.FILE_LIMIT_BYTES + 1)  # sparse
    assert "64 MiB" in refusal(folder)


def test_a_policy_too_large_to_load_is_not_saved(tmp_path, monkeypatch):
    monkeypatch.setattr(checkpoint, "FILE_LIMIT_BYTES", 1000)
    with pytest.raises(ArenaError, match="larger than"):
        checkpoint.save(tmp_path / "big", weights(), **entries())
    assert not (tmp_path / "big").exists()


@pytest.mark.parametrize("target", ["/dev/zero", "pipe", "folder"])
def test_weights_that_are_no_file_are_refused(folder, tmp_path, target):
    (folder / WEIGHTS).unlink()
    if target == "pipe":
        os.mkfifo(folder / WEIGHTS)
    elif target == "folder":
        (folder / WEIGHTS).mkdir()
    else:
        (folder / WEIGHTS).symlink_to(target)
    assert "not a regular file" in refusal(folder)


@pytest.mark.parametrize("name", [WEIGHTS, CARD])
def test_a_missing_file_is_named(folder, name):
    (folder / name).unlink()
    assert f"{name} does not exist" in refusal(folder)


def scenario_card(**changes) -> dict:
    return {"scenario": {"name": "simple_adversary", "version": SCENARIO.version, "parameters": {}, **changes}}


BAD_CARDS = {
    "unknown key": ({"surprise": 1}, "surprise: Extra inputs"),
    "unknown key that writes to the terminal": ({"\x1b[2J\n": 1}, "\\x1b[2J\\n: Extra inputs"),
    "unknown key that is no text": ({"\ud800": 1}, "unicode"),
    "very long key": ({"k" * 400_000: 1}, "Extra inputs"),
    "wrong type": ({"step": "7"}, "step: Input should be a valid integer"),
    "float for int": ({"step": 7.0}, "step"),
    "negative step": ({"step": -1}, "step"),
    "other format": ({"format": 2}, "format: Input should be 1"),
    "hash that is none": ({"sha256": "0" * 63}, "sha256"),
    "odd head": ({"head": "pickle"}, "head"),
    "odd rule": ({"act": "exec"}, "act"),
    "unknown scenario": (scenario_card(name="simple_adversry"), "did you mean 'simple_adversary'?"),
    "scenario that is a path": (scenario_card(name="../../evil"), "there is no scenario"),
    "scenario that is a module": (scenario_card(name="os"), "there is no scenario"),
    "other version": (scenario_card(version=99), "version 99"),
    "unknown parameter": (scenario_card(parameters={"M": 2}), "has no option 'M'"),
    "parameter called name": (scenario_card(parameters={"name": 2}), "has no option 'name'"),
    "parameter of another type": (scenario_card(parameters={"N": 2.5}), "whole number"),
    "parameter that is a text": (scenario_card(parameters={"N": "2"}), "parameters.N"),
    "huge parameter": (scenario_card(parameters={"N": 10**9}), "N is beyond 100000"),
    "large parameter": (scenario_card(parameters={"N": 100_000}), "do not fit simple_adversary"),
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
    "infinite parameter": (scenario_card(parameters={"N": float("inf")}), "parameters.N"),
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
from agents import checkpoint
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
        checkpoint.save(tmp_path / name, weights(), **entries())
        for file, data in files.items():
            (tmp_path / name / file).write_bytes(data)
        if CARD not in files:
            rewrite(tmp_path / name)
        paths.append(tmp_path / name)
    checkpoint.save(tmp_path / "module", weights(), **entries())
    rewrite(tmp_path / "module", **scenario_card(name="antigravity"))
    paths.append(tmp_path / "module")
    done = subprocess.run(
        [sys.executable, "-c", WATCHED, *map(str, paths)], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.splitlines() == ["True", str(["loaded"] + ["refused"] * 5), "[]"]
    assert not canary.exists()
    pickle.loads(bomb)
    assert canary.exists()  # the bomb works


class Killed(BaseException):
    """The process ends here."""


STEPS = [("tempfile", "mkstemp"), ("os", "fdopen"), ("os", "fsync"), ("Path", "replace"), ("os", "open")]


def interrupt(monkeypatch, module: str, name: str, call: int, error: BaseException) -> None:
    """Makes the `call`-th use of a function by arena.files raise."""
    owner, count = {"os": os, "tempfile": tempfile, "Path": Path}[module], iter(range(10_000))
    real = getattr(owner, name)

    def maybe(*args, **kwargs):
        if sys._getframe(1).f_globals.get("__name__") == arena.files.__name__ and next(count) == call:
            raise error
        return real(*args, **kwargs)

    monkeypatch.setattr(owner, name, maybe)


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "No space left on device"), Killed()])
@pytest.mark.parametrize(("module", "name"), STEPS)
@pytest.mark.parametrize("call", range(4))
def test_an_interrupted_save_leaves_whole_files(folder, monkeypatch, module, name, call, error):
    old = {file: (folder / file).read_bytes() for file in (WEIGHTS, CARD)}
    other = folder.parent / "other"
    checkpoint.save(other, weights(1), **entries())
    new = {file: (other / file).read_bytes() for file in (WEIGHTS, CARD)}
    with monkeypatch.context() as patch:
        interrupt(patch, module, name, call, error)
        try:
            checkpoint.save(folder, weights(1), **entries())
            was_stopped = False
        except ArenaError as refused:
            was_stopped = True
            assert "No space left" in str(refused) and isinstance(error, OSError)
        except Killed:
            was_stopped = True
    assert was_stopped == (call < (4 if name == "fsync" else 2))  # two files: a file and a folder are synced for each
    found = {file: (folder / file).read_bytes() for file in (WEIGHTS, CARD)}
    assert all(found[file] in (old[file], new[file]) for file in found)
    assert not was_stopped or call > 1 or found[CARD] == old[CARD] or (name, call) in (("fsync", 3), ("open", 1))
    assert sorted(path.name for path in folder.iterdir()) == [CARD, WEIGHTS]  # no rubbish
    checkpoint.save(folder, weights(1), **entries())
    assert (folder / WEIGHTS).read_bytes() == new[WEIGHTS]


def test_a_full_disk_is_one_line(folder, monkeypatch):
    old = (folder / WEIGHTS).read_bytes()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, hard))
        with pytest.raises(ArenaError) as caught:
            checkpoint.save(folder, weights(1), **entries())
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert str(caught.value).startswith(f"cannot write {folder / WEIGHTS}: File too large")

    def on_a_full_device(**where):
        return os.open("/dev/full", os.O_WRONLY), str(folder / ".full.part")

    monkeypatch.setattr(tempfile, "mkstemp", on_a_full_device)
    with pytest.raises(ArenaError, match="No space left on device"):
        checkpoint.save(folder, weights(1), **entries())
    assert (folder / WEIGHTS).read_bytes() == old
    assert checkpoint.load(folder)


def test_a_folder_that_cannot_be_made_is_one_line(folder):
    with pytest.raises(ArenaError, match="cannot write"):
        checkpoint.save(folder / WEIGHTS / "below", weights(), **entries())
