"""Checkpoints: what is saved comes back, and a save that is interrupted leaves whole files."""

import errno
import hashlib
import os
import resource
import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest
import safetensors.numpy
from checkpoints import HIDDEN, SCENARIO, entries, on_disk, rewrite, weights

import arena.files
from agents.policies import checkpoint
from agents.policies.card import CARD, read_card
from agents.policies.weights import WEIGHTS
from arena.errors import ArenaError


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
    assert card == read_card(folder)


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
        digest(data=safetensors.numpy.save(on_disk(1))),
    }
    assert len(variants) == 7
    assert digest("sample") == digest()


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_weights_that_are_not_finite_are_not_saved(folder, value):
    before = {path: path.read_bytes() for path in folder.iterdir()}
    bad = weights(1)
    bad["w.1"][2, 3, 4] = value
    with pytest.raises(ArenaError, match="not finite"):
        checkpoint.save(folder, [bad], **entries())
    assert {path: path.read_bytes() for path in folder.iterdir()} == before


def test_a_policy_too_large_to_load_is_not_saved(tmp_path, monkeypatch):
    monkeypatch.setattr("agents.policies.weights.FILE_LIMIT_BYTES", 1000)
    with pytest.raises(ArenaError, match="larger than"):
        checkpoint.save(tmp_path / "big", [weights()], **entries())
    assert not (tmp_path / "big").exists()


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
    checkpoint.save(other, [weights(1)], **entries())
    new = {file: (other / file).read_bytes() for file in (WEIGHTS, CARD)}
    with monkeypatch.context() as patch:
        interrupt(patch, module, name, call, error)
        try:
            checkpoint.save(folder, [weights(1)], **entries())
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
    checkpoint.save(folder, [weights(1)], **entries())
    assert (folder / WEIGHTS).read_bytes() == new[WEIGHTS]


def test_a_full_disk_is_one_line(folder, monkeypatch):
    old = (folder / WEIGHTS).read_bytes()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, hard))
        with pytest.raises(ArenaError) as caught:
            checkpoint.save(folder, [weights(1)], **entries())
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert str(caught.value).startswith(f"cannot write {folder / WEIGHTS}: File too large")

    def on_a_full_device(**where):
        return os.open("/dev/full", os.O_WRONLY), str(folder / ".full.part")

    monkeypatch.setattr(tempfile, "mkstemp", on_a_full_device)
    with pytest.raises(ArenaError, match="No space left on device"):
        checkpoint.save(folder, [weights(1)], **entries())
    assert (folder / WEIGHTS).read_bytes() == old
    assert checkpoint.load(folder)


def test_a_folder_that_cannot_be_made_is_one_line(folder):
    with pytest.raises(ArenaError, match="cannot write"):
        checkpoint.save(folder / WEIGHTS / "below", [weights()], **entries())
