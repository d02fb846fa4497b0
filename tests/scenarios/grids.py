"""The arguments of mpe2 that the parity tests try, for each scenario; both ways of acting are tried with each."""

GRIDS = {
    "simple_adversary": [
        *({"N": n, "benchmark_data": True} for n in range(1, 6)),
        {"max_cycles": 60},
        {"num_agent_neighbors": 1, "num_landmark_neighbors": 1},
        {"num_agent_neighbors": 5, "num_landmark_neighbors": 4, "N": 3},
        {"benchmark_data": True},
    ],
    "simple_spread": [
        *({"N": n, "benchmark_data": True} for n in range(1, 6)),
        {"local_ratio": 0.0},
        {"local_ratio": 1.0, "max_cycles": 3},
        {"curriculum": True},
        {"terminate_on_success": True, "N": 1, "max_cycles": 200},
        {"num_agent_neighbors": 1, "num_landmark_neighbors": 2},
        {"num_agent_neighbors": 4, "num_landmark_neighbors": 5, "N": 2},
    ],
}
