"""The weights file of a checkpoint: by size before it is parsed; by hash, names, shapes and finiteness after."""

import hashlib
import reprlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import safetensors.numpy
from safetensors import SafetensorError

from agents.policies.card import CARD, Card, shown
from arena.errors import ArenaError

WEIGHTS = "policy.safetensors"
FILE_LIMIT_BYTES = 64 << 20
HEADER_LIMIT_BYTES = 256 << 10
Tensors = Mapping[str, np.ndarray]


def on_disk(weights: Sequence[Tensors]) -> dict[str, np.ndarray]:
    """The weights of parts by their names in a file."""
    return {f"{part}.{name}": x for part, own in enumerate(weights) for name, x in own.items()}


def packed(folder: Path, tensors: Tensors) -> bytes:
    """The weights file of the checkpoint `folder`; ArenaError if they are not finite, or too large to be read again."""
    if not all(np.isfinite(x).all() for x in tensors.values()):
        raise ArenaError(f"{folder}: the weights are not finite, training has diverged; nothing was saved")
    data = safetensors.numpy.save({name: np.ascontiguousarray(x) for name, x in tensors.items()})
    if len(data) > FILE_LIMIT_BYTES:
        raise ArenaError(
            f"{folder}: the policy is larger than {FILE_LIMIT_BYTES >> 20} MiB; take smaller hidden layers"
        )
    return data


def read_weights(folder: Path, card: Card) -> dict[str, np.ndarray]:
    """The checked weights of a checkpoint."""
    path = folder / WEIGHTS
    data = read_bounded(path)
    if hashlib.sha256(data).hexdigest() != card.sha256:
        raise ArenaError(f"{path}: damaged or replaced: its SHA-256 is not the one on the card")
    try:
        tensors = safetensors.numpy.load(data)
    except (SafetensorError, ValueError, KeyError) as error:
        raise ArenaError(f"{path}: not a safetensors file: {shown(str(error))}") from None
    shapes = shapes_of(card)
    if missing := sorted(set(shapes) - set(tensors)):
        raise ArenaError(f"{path}: tensors are missing: {', '.join(missing)}")
    if extra := sorted(set(tensors) - set(shapes)):
        raise ArenaError(f"{path}: unexpected tensors: {reprlib.repr(extra)}")
    for key, shape in shapes.items():
        if tensors[key].shape != shape or tensors[key].dtype != np.float32:
            raise ArenaError(
                f"{path}: {key} is {tensors[key].dtype} {tensors[key].shape}, the card says float32 {shape}"
            )
        if not np.isfinite(tensors[key]).all():
            raise ArenaError(f"{path}: {key} holds NaN or infinity; this policy cannot play")
    return tensors


def read_bounded(path: Path) -> bytes:
    """The bytes of a weights file, once its size and the size of its header are known to be sane."""
    try:
        if path.exists() and not path.is_file():
            raise ArenaError(f"{path}: not a regular file")
        if path.stat().st_size > FILE_LIMIT_BYTES:
            raise ArenaError(f"{path}: larger than {FILE_LIMIT_BYTES >> 20} MiB, the limit for a policy")
        data = path.read_bytes()
    except FileNotFoundError:
        raise ArenaError(f"{path} does not exist; a checkpoint holds {WEIGHTS} and {CARD}") from None
    except OSError as error:
        raise ArenaError(f"{path} cannot be read: {error.strerror}") from None
    if len(data) < 8 or int.from_bytes(data[:8], "little") > min(HEADER_LIMIT_BYTES, len(data) - 8):
        raise ArenaError(f"{path}: truncated, or not a safetensors file")
    return data


def shapes_of(card: Card) -> dict[str, tuple[int, ...]]:
    """The tensors that a card promises."""
    shapes: dict[str, tuple[int, ...]] = {}
    for number, part in enumerate(card.parts):
        rows = len(part.seats) * part.ensemble
        for k, (inputs, outputs) in enumerate(part.network.layers):
            shapes[f"{number}.w.{k}"] = (rows, inputs, outputs)
            shapes[f"{number}.b.{k}"] = (rows, outputs)
        if part.network.atoms:
            shapes[f"{number}.support"] = (rows, part.network.atoms)
    return shapes
