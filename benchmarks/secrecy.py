"""Covert communication: MADDPG on simple_crypto, both sides trained together.

Bob's success minus Eve's in 1,000 games from seeds that nobody trained on. Success is to decode: to be right in three
quarters of a game's frames or more. Eve decodes every second game if she guesses the same throughout it, as greedy
policies do, and hardly ever if she guesses anew in each frame, as sampled ones do; so the bar is about policies that
are sampled, as in the paper. Beside it the share of frames in which they are right: Bob hears Alice a frame late, so
0.98 - 0.50 is the most there is while Eve guesses. Ten seeds, with a few settings of their own beside the default
preset, which docs/learners.md gives reasons for.
"""

from collections.abc import Iterator
from typing import Any

from benchmarks.measure import calibration, row, row_of_seeds
from benchmarks.seeds import itself, judged, stacks

SCENARIO, STEPS, SEEDS = "simple_crypto", 1_000_000, 10
EDGES = {"decodes": 0.5, "accuracy": 0.45}  # by which Bob should be ahead
SETTING = ("gamma=0.3", "n_step=1", "entropy=0.1", "replay=20000", "samples_per_step=10.0")


def rows() -> Iterator[dict[str, Any]]:
    """The rows of the benchmark."""
    yield calibration()
    jobs = stacks(SEEDS, SCENARIO, "maddpg", (STEPS,), setting=SETTING)
    found = [numbers for _, _, numbers in judged(jobs, itself)]
    for act in ("sample", "greedy"):
        name = f"{SCENARIO}, maddpg, {STEPS / 1e6:g} M steps, {act}: Bob - Eve"
        for metric, edge in EDGES.items():
            ahead = [numbers[f"{act}/bob_{metric}"] - numbers[f"{act}/eve_{metric}"] for numbers in found]
            yield row_of_seeds(f"{name}, {metric}", ahead, "", "higher", None)
            bar = 7 if (act, metric) == ("sample", "decodes") else None
            count = sum(x >= edge for x in ahead)
            yield row(f"{name}, {metric}: seeds ahead by {edge}", count, f"of {SEEDS}", "higher", None, bar)
