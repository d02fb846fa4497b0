"""The state of a training run on disk: enough to go on bit for bit after any interruption.

`manifest.json` is written last and names the files that belong to it, with their hashes. The replay grows by
append-only segments, so saving often costs no more than writing each transition once.
"""

import hashlib
from pathlib import Path
from typing import Any

import safetensors.torch
import torch
from pydantic import BaseModel, ConfigDict, ValidationError
from safetensors import SafetensorError
from torch import Tensor

from agents.training.loop import Training
from arena.errors import ArenaError
from arena.files import read_json, write_bytes, write_json

MANIFEST = "manifest.json"
TALLY, WORLDS = "tally.", "worlds."  # in front of the names of their tensors


class Segment(BaseModel):
    """One file of the state; for the replay, the transitions first..stop-1 of every member."""

    model_config = ConfigDict(extra="forbid", strict=True)
    file: str
    sha256: str
    first: int = 0
    stop: int = 0


class Manifest(BaseModel):
    """A consistent state: all its files, and the counters."""

    model_config = ConfigDict(extra="forbid", strict=True)
    step: int
    updates: list[int]  # of each learner of the team
    stack: Segment
    replay: list[Segment]


def save_state(folder: Path, training: Training) -> None:
    """Writes the state of `training`, then drops the files that it supersedes."""
    old = read_manifest(folder)
    segments = list(old.replay) if old else []
    replay = training.replay
    first = max(segments[-1].stop if segments else 0, replay.added - replay.capacity)
    if replay.added > first:
        index = torch.arange(first, replay.added) % replay.capacity
        rows = {"rows": replay.rows[:, index]}
        segments.append(_write(folder, f"replay-{first:012d}-{replay.added:012d}", rows, first, replay.added))
    segments = [segment for segment in segments if segment.stop > replay.added - replay.capacity]
    tally = {f"{TALLY}{name}": tensor for name, tensor in training.tally.tensors().items()}
    worlds = {f"{WORLDS}{name}": torch.from_numpy(array) for name, array in training.worlds.arrays()}
    stack = _write(folder, f"stack-{training.step:012d}", {**_tensors(training), **worlds, **tally})
    manifest = Manifest(
        step=training.step, updates=[part.updates for part in training.learning], stack=stack, replay=segments
    )
    write_json(folder / MANIFEST, manifest.model_dump())
    kept = {segment.file for segment in (stack, *segments)}
    for path in folder.glob("*.safetensors"):
        if path.name not in kept:
            path.unlink()


def load_state(folder: Path, training: Training) -> bool:
    """Puts `training`, made with the same settings, where it was saved; False if nothing was saved yet."""
    manifest = read_manifest(folder)
    if manifest is None:
        return False
    saved = _read(folder, manifest.stack)
    tally, worlds = ({k.removeprefix(p): saved.pop(k) for k in list(saved) if k.startswith(p)} for p in (TALLY, WORLDS))
    tensors = _tensors(training)
    fits = len(manifest.updates) == len(training.learning) and set(saved) == set(tensors)
    if not fits or any(saved[k].shape != tensors[k].shape for k in tensors):
        raise ArenaError(f"{folder}: the saved state is of other settings; resume with those of config.toml")
    for name, tensor in tensors.items():
        tensor.copy_(saved[name])
    training.rng.set_state(saved["rng"])
    training.tally.restore(tally)
    training.worlds.restore({name: tensor.numpy() for name, tensor in worlds.items()})
    replay = training.replay
    for segment in manifest.replay:
        rows = _read(folder, segment).get("rows")
        if rows is None or rows.shape != (replay.members, segment.stop - segment.first, replay.row.width):
            raise ArenaError(f"{folder}: {segment.file} does not fit this run, which cannot be resumed")
        index = torch.arange(segment.first, segment.stop)
        recent = index >= manifest.replay[-1].stop - replay.capacity
        replay.rows[:, index[recent] % replay.capacity] = rows[:, recent]
    replay.added = manifest.replay[-1].stop if manifest.replay else 0
    training.step = manifest.step
    for part, updates in zip(training.learning, manifest.updates, strict=True):
        part.updates = updates
    return True


def saved_networks(folder: Path) -> list[dict[str, Tensor]]:
    """What was saved of the stack of each part of a team, without anything else; nothing if nothing was saved."""
    manifest = read_manifest(folder)
    parts: dict[str, dict[str, Tensor]] = {}
    for name, tensor in (_read(folder, manifest.stack) if manifest else {}).items():
        kind, _, rest = name.partition(".")
        if kind == "stack":
            number, _, own = rest.partition(".")
            parts.setdefault(number, {})[own] = tensor
    return [parts[number] for number in sorted(parts, key=int)]


def read_manifest(folder: Path) -> Manifest | None:
    """The manifest of a state folder, or None if there is none."""
    path = folder / MANIFEST
    if not path.exists():
        return None
    try:
        return Manifest.model_validate(read_json(path, limit_bytes=16 << 20))
    except ValidationError as error:
        raise ArenaError(f"{path}: damaged: {error.errors()[0]['msg']}") from None


def _tensors(training: Training) -> dict[str, Tensor]:
    """Every tensor that learning changes, by name, shared with it where it can be."""
    tensors = {"rng": training.rng.get_state()}
    for k, part in enumerate(training.parts):
        tensors |= {f"stack.{k}.{name}": tensor for name, tensor in part.stack.tensors().items()}
        tensors[f"memory.{k}"] = part.memory
        if part.normaliser:
            tensors |= {f"normaliser.{k}.{name}": tensor for name, tensor in part.normaliser.tensors().items()}
    return tensors


def _write(folder: Path, name: str, tensors: dict[str, Tensor], first: int = 0, stop: int = 0) -> Segment:
    data = safetensors.torch.save({k: v.contiguous() for k, v in tensors.items()})
    file = f"{name}.safetensors"
    write_bytes(folder / file, data)
    return Segment(file=file, sha256=hashlib.sha256(data).hexdigest(), first=first, stop=stop)


def _read(folder: Path, segment: Segment) -> dict[str, Any]:
    path = folder / Path(segment.file).name
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ArenaError(f"{path} cannot be read: {error.strerror}; the run cannot be resumed") from None
    if hashlib.sha256(data).hexdigest() != segment.sha256:
        raise ArenaError(f"{path}: damaged: its SHA-256 is not the one in {MANIFEST}; the run cannot be resumed")
    try:
        return dict(safetensors.torch.load(data))
    except SafetensorError as error:
        raise ArenaError(f"{path}: not a safetensors file: {error}") from None
