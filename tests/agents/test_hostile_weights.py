"""Weights files that are damaged or made to harm: each is refused in one line, even if the card vouches for it."""

import json
import os
import random

import numpy as np
import pytest
import safetensors.numpy
from checkpoints import header_of, loads_or_refuses, on_disk, refusal, rewrite

from agents.policies.card import CARD
from agents.policies.weights import FILE_LIMIT_BYTES, WEIGHTS


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


BROKEN_WEIGHTS = {
    "nan": lambda w: {**w, "0.b.0": w["0.b.0"] * np.nan},
    "infinity": lambda w: {**w, "0.w.1": np.where(w["0.w.1"] > 1, np.inf, w["0.w.1"]).astype(np.float32)},
    "missing": lambda w: {k: v for k, v in w.items() if k != "0.b.1"},
    "extra": lambda w: {**w, "0.w.2\x1b[31m\n": w["0.b.0"]},
    "many extra": lambda w: {**w, **{f"x{'y' * 100}{k}": w["0.b.0"] for k in range(500)}},
    "empty": lambda w: {},
    "wrong shape": lambda w: {**w, "0.w.0": w["0.w.0"].transpose(0, 2, 1)},
    "wrong dtype": lambda w: {**w, "0.b.0": w["0.b.0"].astype(np.float64)},
    "integers": lambda w: {**w, "0.b.0": w["0.b.0"].view(np.int32)},
}
EXPECTED = {
    "nan": "0.b.0 holds NaN",
    "infinity": "0.w.1 holds NaN or infinity",
    "missing": "tensors are missing: 0.b.1",
    "extra": "unexpected tensors",
    "many extra": "unexpected tensors",
    "empty": "tensors are missing: 0.b.0, 0.b.1, 0.w.0, 0.w.1",
    "wrong shape": "0.w.0 is float32 (3, 4, 10)",
    "wrong dtype": "0.b.0 is float64",
    "integers": "0.b.0 is int32",
}


@pytest.mark.parametrize("how", BROKEN_WEIGHTS)
def test_broken_weights_that_the_card_vouches_for(folder, how):
    broken = {k: np.ascontiguousarray(v) for k, v in BROKEN_WEIGHTS[how](on_disk()).items()}
    rewrite(folder, safetensors.numpy.save(broken))
    assert EXPECTED[how] in refusal(folder)


def test_a_replaced_weights_file_is_refused(folder):
    (folder / WEIGHTS).write_bytes(safetensors.numpy.save(on_disk(1)))
    assert "SHA-256" in refusal(folder)


def padded(data: bytes, length: int) -> bytes:
    """The same tensors with a longer header, which is still valid."""
    end = 8 + int.from_bytes(data[:8], "little")
    return header_of(length, data[8:end].ljust(length) + data[end:])


HEADER = json.dumps({"0.w.0": {"dtype": "F32", "shape": [3, 10, 4], "data_offsets": [0, 480]}}).encode()
HOSTILE_FILES = {
    "nothing": b"",
    "header longer than the file": header_of(2**63, b"{}"),
    "header of a terabyte": header_of(1 << 40, b"{}"),
    "header over the limit": header_of(300 << 10, b" " * (300 << 10)),
    "header padded over the limit": padded(safetensors.numpy.save(on_disk()), 300 << 10),
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
    "half floats": safetensors.numpy.save({"0.w.0": np.zeros((3, 10, 4), np.float16)}),
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
        file.truncate(FILE_LIMIT_BYTES + 1)  # sparse
    assert "64 MiB" in refusal(folder)


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
