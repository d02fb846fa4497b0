"""The arguments of mpe2 that the parity tests try, for each scenario.

The first of each grid are played whenever the tests run, so they are few, differ much and are quick: the very first
with both ways of acting, the others with one. The slow test plays all with both.
"""

from itertools import product
from typing import Any


def every(**choices: Any) -> list[dict[str, Any]]:
    """Every combination of the choices of each argument."""
    return [dict(zip(choices, chosen, strict=True)) for chosen in product(*choices.values())]


DRAWN = ({"dynamic_rescaling": False}, {"render_mode": "rgb_array", "max_cycles": 3})  # for pictures: no other effect
LENGTHS = (3, 4, 7, 10, 13, 17, 20, 30, 40, 75)

GRIDS = {
    "simple": [
        *({"max_cycles": cycles} for cycles in (1, 2, 5, 24, 26, 50, 100)),
        {"benchmark_data": True},
        *every(max_cycles=LENGTHS, benchmark_data=(False, True)),
        *DRAWN,
    ],
    "simple_adversary": [
        {"N": 1, "benchmark_data": True},
        {"N": 4, "benchmark_data": True},
        {"max_cycles": 60},
        {"num_agent_neighbors": 1, "num_landmark_neighbors": 1},
        {"num_agent_neighbors": 5, "num_landmark_neighbors": 4, "N": 3},
        {"benchmark_data": True, "max_cycles": 1},
        {"num_agent_neighbors": 2, "N": 3, "benchmark_data": True},
        {"num_landmark_neighbors": 1, "N": 2},
        *({"N": n, "benchmark_data": True, "max_cycles": 10} for n in (2, 3, 5, 12)),
        *every(N=(1, 2, 6), num_agent_neighbors=(1, 3, 8), num_landmark_neighbors=(1, 2, 7), max_cycles=[15]),
        *DRAWN,
    ],
    "simple_push": [
        *({"max_cycles": cycles} for cycles in (1, 2, 5, 24, 26, 50, 100)),
        {"benchmark_data": True},
        *every(max_cycles=LENGTHS, benchmark_data=(False, True)),
        *DRAWN,
    ],
    "simple_spread": [
        {"N": 1, "benchmark_data": True},
        {"N": 5, "benchmark_data": True},
        {"local_ratio": 0.0},
        {"local_ratio": 1.0, "max_cycles": 3},
        {"curriculum": True},
        {"terminate_on_success": True, "N": 1, "max_cycles": 200},
        {"num_agent_neighbors": 1, "num_landmark_neighbors": 2},
        {"num_agent_neighbors": 4, "num_landmark_neighbors": 5, "N": 2},
        *({"N": n, "benchmark_data": True} for n in (2, 3, 4)),
        {"N": 12, "max_cycles": 5, "local_ratio": 0.9},
        {"terminate_on_success": True, "curriculum": True, "N": 2, "max_cycles": 60, "benchmark_data": True},
        {"terminate_on_success": True, "N": 1, "max_cycles": 1},
        *every(N=(1, 4), local_ratio=(0.0, 0.25, 1.0), curriculum=(False, True), max_cycles=[15]),
        *every(num_agent_neighbors=(1, 2, 6), num_landmark_neighbors=(1, 3, 7), benchmark_data=[True]),
        *DRAWN,
    ],
    "simple_formation": [
        *({"N": n} for n in (1, 2, 3, 8)),
        {"terminate_on_success": True, "max_cycles": 60, "N": 1},
        {"terminate_on_success": True},
        {"benchmark_data": True, "max_cycles": 3},
        {"N": 5, "max_cycles": 1},
        *({"N": n} for n in (4, 5, 6, 7)),
        *every(N=(1, 2, 4), terminate_on_success=(False, True), max_cycles=(10, 50)),
        *every(N=(3, 6), terminate_on_success=(False, True), benchmark_data=[True]),
        {"N": 20, "max_cycles": 10},
        {"N": 2, "terminate_on_success": True, "max_cycles": 100},
        *DRAWN,
    ],
    "simple_line": [
        *({"N": n} for n in (1, 2, 3, 8)),
        {"terminate_on_success": True, "max_cycles": 60, "N": 1},
        {"terminate_on_success": True},
        {"benchmark_data": True, "max_cycles": 3},
        {"N": 5, "max_cycles": 1},
        *({"N": n} for n in (4, 5, 6, 7)),
        *every(N=(1, 2, 4), terminate_on_success=(False, True), max_cycles=(10, 50)),
        *every(N=(3, 6), terminate_on_success=(False, True), benchmark_data=[True]),
        {"N": 20, "max_cycles": 10},
        {"N": 2, "terminate_on_success": True, "max_cycles": 100},
        *DRAWN,
    ],
    "simple_tag": [
        {"benchmark_data": True},
        {"num_good": 2, "num_adversaries": 1, "num_obstacles": 0, "benchmark_data": True},
        {"num_good": 3, "num_adversaries": 5, "num_obstacles": 4, "benchmark_data": True, "max_cycles": 10},
        {"curriculum": True, "max_cycles": 60},
        {"terminate_on_success": True, "num_adversaries": 6, "num_obstacles": 0, "max_cycles": 100},
        {"num_agent_neighbors": 1, "num_landmark_neighbors": 1},
        {"num_agent_neighbors": 5, "num_landmark_neighbors": 4, "num_good": 2},
        {"num_landmark_neighbors": 2, "num_obstacles": 0},
        {"num_good": 1, "num_adversaries": 1, "num_obstacles": 1},
        {"num_agent_neighbors": 2, "num_good": 3, "num_adversaries": 2},
        {"terminate_on_success": True, "curriculum": True, "num_good": 2, "num_adversaries": 12, "num_obstacles": 0},
        {"num_good": 4, "num_adversaries": 1, "num_obstacles": 6, "max_cycles": 40},
        {"num_good": 1, "num_adversaries": 1, "num_obstacles": 0, "max_cycles": 1},
        *every(num_good=(1, 2), num_adversaries=(1, 4), num_obstacles=(0, 3), curriculum=(False, True)),
        *every(num_agent_neighbors=(1, 2, 7), num_landmark_neighbors=(1, 5), num_good=[2], terminate_on_success=[True]),
        *DRAWN,
    ],
    "collect_treasure": [
        {},
        {"benchmark_data": True, "num_collectors": 3, "max_cycles": 60},
        {"num_collectors": 1},
        {"num_collectors": 9, "max_cycles": 10},
        {"num_deposits": 1, "benchmark_data": True, "num_collectors": 2},
        {"num_deposits": 6, "benchmark_data": True, "num_collectors": 2},
        {"num_treasures": 1, "num_collectors": 3},
        {"num_treasures": 20, "num_collectors": 2},
        {"num_collectors": 12, "num_deposits": 1, "num_treasures": 1, "max_cycles": 20},
        {"benchmark_data": True, "max_cycles": 60},
        {"max_cycles": 1, "num_deposits": 4},
        *every(num_collectors=(1, 2, 4), num_deposits=(1, 3, 5), num_treasures=(2, 9), benchmark_data=[True]),
        *DRAWN,
    ],
    "simple_speaker_listener": [
        *({"max_cycles": cycles} for cycles in (1, 2, 5, 24, 26, 50, 100)),
        {"benchmark_data": True},
        *every(max_cycles=LENGTHS, benchmark_data=(False, True)),
        *DRAWN,
    ],
    "simple_reference": [
        {"max_cycles": 1},
        {"max_cycles": 60},
        {"benchmark_data": True},
        *({"local_ratio": ratio} for ratio in (0.0, 0.3, 0.8, 1.0)),
        {"local_ratio": 0.1, "max_cycles": 2, "benchmark_data": True},
        *every(local_ratio=(0.0, 0.05, 0.5, 0.95, 1.0), max_cycles=(3, 10, 30), benchmark_data=(False, True)),
        *DRAWN,
    ],
    "simple_crypto": [
        {"benchmark_data": True},
        *({"max_cycles": cycles} for cycles in (1, 2, 5, 24, 50, 100)),
        {"benchmark_data": True, "max_cycles": 60},
        *every(max_cycles=LENGTHS, benchmark_data=(False, True)),
        *DRAWN,
    ],
    "simple_world_comm": [
        {"benchmark_data": True},
        {"num_good": 1, "num_adversaries": 1, "num_food": 1, "max_cycles": 10},
        {"num_forests": 0, "num_good": 1, "num_adversaries": 2},
        {"num_forests": 6, "num_good": 3, "num_adversaries": 1, "max_cycles": 15},
        {"num_obstacles": 0, "num_food": 1, "num_adversaries": 1},
        {"num_obstacles": 4, "num_good": 1, "max_cycles": 15, "benchmark_data": True},
        {"num_food": 5, "num_adversaries": 2, "max_cycles": 15},
        {"num_good": 1, "num_adversaries": 1, "num_obstacles": 0, "num_food": 1, "num_forests": 1, "max_cycles": 80},
        {"num_good": 5, "num_adversaries": 7, "num_forests": 3, "max_cycles": 10, "benchmark_data": True},
        *every(num_good=(1, 3), num_adversaries=(1, 2, 5), num_forests=(0, 1, 4), max_cycles=[20]),
        *every(num_obstacles=(0, 2), num_food=(1, 3), num_good=[2], benchmark_data=[True]),
        *DRAWN,
    ],
}
