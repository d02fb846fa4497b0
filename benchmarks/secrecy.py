"""Covert communication: MADDPG on simple_crypto, both sides trained together with its default preset.

Bob's accuracy minus Eve's, in 1,000 games of the greedy policies from seeds that nobody trained on: 0.5 is the most
there is if Bob is always right and Eve guesses. Ten seeds.
"""

from collections.abc import Iterator
from typing import Any

from benchmarks.measure import calibration, row, row_of_seeds
from benchmarks.seeds import Job, itself, judged

SCENARIO, STEPS, SEEDS = "simple_crypto", 500_000, 10
EDGE = 0.5  # by which Bob should be ahead


def rows() -> Iterator[dict[str, Any]]:
    """The rows of the benchmark."""
    yield calibration()
    jobs = [Job(SCENARIO, "maddpg", seed, (STEPS,)) for seed in range(SEEDS)]
    found = [numbers for _, _, numbers in judged(jobs, itself)]
    for act in ("greedy", "sample"):
        ahead = [numbers[f"{act}/bob_accuracy"] - numbers[f"{act}/eve_accuracy"] for numbers in found]
        name = f"{SCENARIO}, maddpg, {STEPS / 1e6:g} M steps, {act}"
        yield row_of_seeds(f"{name}: Bob - Eve", ahead, "accuracy", "higher", None)
        bar = 7 if act == "greedy" else None
        yield row(f"{name}: seeds ahead by {EDGE}", sum(x >= EDGE for x in ahead), "of 10", "higher", None, bar)
