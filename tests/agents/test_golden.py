"""Short runs of every kind of learner against what they gave before: to the bit on the same machine, else to norms.

After a change that is meant to change what is learnt: python tests/agents/test_golden.py writes golden.json anew.
"""

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import torch

from agents.training.loop import Training
from agents.training.team import by_side, learners_of
from arena.environment import environment_digest
from arena.scenario import load

FILE = Path(__file__).with_name("golden.json")
TOLERANCE = 1e-3  # of norms, relative
SMALL = {"hidden": [16, 16], "batch_size": 64, "samples_per_step": 2.0, "warmup": 200, "replay": 1000, "clip": 0.5}
TUNED = {"hard": True, "normed": True, "shared": True, "n_step": 3, "gamma": 0.9, "lr_end": 0.05, "tau": 0.03}
VARIANTS: dict[str, tuple[str, dict[str, Any]]] = {
    "paper": ("maddpg", {}),
    "maddpg": ("maddpg", TUNED),
    "ddpg": ("ddpg", TUNED),
    "matd3": ("matd3", TUNED),
    "dqn": ("dqn", {"target_every": 7, "double": True}),
    "rainbow": ("rainbow", {"target_every": 7}),
    "recurrent": ("maddpg", {"recurrent": True, "sequence": 8, "burn_in": 4, "hard": True}),
    "mixed": ("adversary=dqn,good=maddpg", {"good.ensemble": 2, "n_step": 2}),
}


def trained(algo: str, settings: dict[str, Any]) -> Training:
    """A run of some fifty updates of two members; its settings are spelt out, so that presets may change."""
    game = load("simple_adversary")
    run = Training(game, learners_of(by_side(algo, game), "paper", SMALL | settings), steps=2000, members=2, worlds=20)
    list(run.run(2000))
    return run


def summary(run: Training) -> dict[str, Any]:
    """The hash of everything that was learnt, and the norms of the weights by part and name."""
    digest, norms = hashlib.sha256(), {}
    for k, part in enumerate(run.parts):
        for name, tensor in sorted(part.stack.tensors().items()):
            digest.update(f"{k}.{name}".encode() + tensor.contiguous().numpy().tobytes())
            if name.removeprefix("target_") in ("actor", "critic", "online", "target"):
                norms[f"{k}.{name}"] = round(torch.linalg.vector_norm(tensor.double()).item(), 6)
    return {"sha256": digest.hexdigest(), "norms": norms}


@cache
def golden() -> dict[str, Any]:
    return json.loads(FILE.read_text(encoding="utf-8"))


def here() -> str:
    """What decides the bits of a run, torch among it."""
    return environment_digest(("torch",))


def check(found: dict[str, Any], known: dict[str, Any], is_same_machine: bool) -> None:
    assert found["norms"] == pytest.approx(known["norms"], rel=TOLERANCE)
    assert not is_same_machine or found == known, "other bits than before: see the docstring of this file"


@pytest.mark.parametrize("name", VARIANTS)
def test_a_short_run_gives_what_it_gave_before(name):
    check(summary(trained(*VARIANTS[name])), golden()["runs"][name], here() == golden()["environment"])


def test_a_change_is_seen_on_the_same_machine_and_a_large_one_on_any():
    known = golden()["runs"]["dqn"]
    other_bits = {**known, "sha256": "0" * 64}
    check(other_bits, known, is_same_machine=False)
    with pytest.raises(AssertionError, match="other bits"):
        check(other_bits, known, is_same_machine=True)
    moved = {name: norm * (1 + 2 * TOLERANCE) for name, norm in known["norms"].items()}
    with pytest.raises(AssertionError):
        check({**other_bits, "norms": moved}, known, is_same_machine=False)


if __name__ == "__main__":
    torch.set_num_threads(1)
    runs = {name: summary(trained(*variant)) for name, variant in VARIANTS.items()}
    FILE.write_text(json.dumps({"environment": here(), "runs": runs}, indent=1) + "\n", encoding="utf-8")
