"""What tests of checkpoints share: good ones, ways to break them, and how a refusal has to look."""

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest

from agents.policies import checkpoint
from agents.policies.card import CARD, NetworkCard, PartCard, ScenarioCard
from agents.policies.weights import WEIGHTS
from arena.errors import ArenaError
from arena.scenario import load as load_scenario

SCENARIO = load_scenario("simple_adversary")
HIDDEN = [4]
NETWORK = NetworkCard(inputs=10, hidden=HIDDEN, outputs=5, normed=False)
SEATS = [seat.name for seat in SCENARIO.seats]
PART = PartCard(algorithm="maddpg", seats=SEATS, network=NETWORK, head="soft", act="sample")


def weights(seed: int = 0) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    shapes = {"w.0": (3, 10, 4), "b.0": (3, 4), "w.1": (3, 4, 5), "b.1": (3, 5)}
    return {name: rng.normal(size=shape).astype(np.float32) for name, shape in shapes.items()}


def on_disk(seed: int = 0) -> dict[str, np.ndarray]:
    """The weights by their names in a file: those of the first and only part."""
    return {f"0.{name}": tensor for name, tensor in weights(seed).items()}


def entries() -> dict:
    return {
        "scenario": ScenarioCard(name="simple_adversary", version=SCENARIO.version, parameters=SCENARIO.parameters),
        "seats": SEATS,
        "sides": list(SCENARIO.sides),
        "parts": [PART],
        "step": 500,
        "member": 0,
        "parent": None,
        "configuration": {"seed": 1},
    }


def rewrite(folder: Path, data: bytes | None = None, **changes) -> None:
    """Puts other bytes in the place of the weights and changes the card or its part, with a fitting hash."""
    if data is not None:
        (folder / WEIGHTS).write_bytes(data)
    card = json.loads((folder / CARD).read_text())
    card["sha256"] = hashlib.sha256((folder / WEIGHTS).read_bytes()).hexdigest()
    part = {key: changes.pop(key) for key in ("algorithm", "network", "head", "act") if key in changes}
    card["parts"][0] |= part
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


def header_of(length: int, body: bytes = b"") -> bytes:
    return length.to_bytes(8, "little") + body


def scenario_card(**changes) -> dict:
    return {"scenario": {"name": "simple_adversary", "version": SCENARIO.version, "parameters": {}, **changes}}
