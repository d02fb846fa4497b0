"""Plays the scripted players of every scenario and writes down what they score: python -m benchmarks.scores

Every line-up of scripted players, one on each side, plays the same 4,000 seeds of the scenario with its default
options: `random` among them, but not those who know nothing by design. Written are benchmarks/results/scores.json, the
table in docs/scores.md, and arena/norms.json: for each side the mean return of `random` (0) and of the best script (1),
by its mean, against `random` on the other sides.
"""

from itertools import product
from typing import Any

import numpy as np

from agents.policies.scripted import scripted_names, scripted_player, uninformed_names
from arena.files import write_json
from arena.games import Games, seat_of_sides, world_seeds
from arena.norm import TABLE, Norm
from arena.playing import play
from arena.scenario import Scenario, known_scenarios, load
from arena.verbs.bench import FOLDER, circumstances
from benchmarks.tables import write_pages

LEGS, SEED = 4_000, 0
RESULTS = FOLDER / "results" / "scores.json"


def scores(scenario: Scenario, legs: int = LEGS) -> dict[str, Any]:
    """What every line-up of scripted players scores, and the best script of each side."""
    uninformed = {name for side in scenario.sides for name in uninformed_names(scenario, side)}
    names = tuple(name for name in scripted_names(scenario) if name not in uninformed)
    line_ups = [result(scenario, line_up, legs) for line_up in product(names, repeat=len(scenario.sides))]
    best = {side: best_script(line_ups, side, names) for side in scenario.sides}
    return {"identity": scenario.identity, "legs": legs, "best": best, "line_ups": line_ups}


def result(scenario: Scenario, line_up: tuple[str, ...], legs: int) -> dict[str, Any]:
    """Means over the legs of a line-up, a player a side: returns with their 95 % intervals, and metrics."""
    players = {name: scripted_player(scenario, name) for name in dict.fromkeys(line_up)}
    holders = np.tile([list(players).index(name) for name in line_up], (legs, 1))
    seeds = world_seeds(SEED, scenario, legs)
    games, errors = play(
        Games.unplayed(scenario, [*players], seat_of_sides(scenario, holders), seeds), players, scenario
    )
    if errors:
        raise RuntimeError(f"{scenario.name}: {errors}")
    returns = zip(scenario.sides, games.score.T.astype(float), strict=True)
    metrics = zip(scenario.metric_names, games.metrics.mean(0, dtype=float).tolist(), strict=True)
    return {
        "players": dict(zip(scenario.sides, line_up, strict=True)),
        "returns": {side: interval(values) for side, values in returns},
        "metrics": dict(metrics),
    }


def interval(values: np.ndarray) -> dict[str, float]:
    """The mean of values [G], and its 95 % interval."""
    mean, margin = float(values.mean()), float(1.96 * values.std(ddof=1) / np.sqrt(len(values)))
    return {"mean": mean, "low": mean - margin, "high": mean + margin}


def against_random(line_ups: list[dict[str, Any]], side: str, name: str) -> dict[str, float]:
    """The return of a side that `name` holds against random play on the others."""
    wanted = {other: name if other == side else "random" for other in line_ups[0]["players"]}
    found: dict[str, float] = next(r["returns"][side] for r in line_ups if r["players"] == wanted)
    return found


def best_script(line_ups: list[dict[str, Any]], side: str, names: tuple[str, ...]) -> str:
    """The script with the highest mean return of a side."""
    scripts = [name for name in names if name != "random"]
    return max(scripts, key=lambda name: against_random(line_ups, side, name)["mean"])


def norms(scenarios: dict[str, Any]) -> dict[str, dict[str, Norm]]:
    """The table of arena/norm.py."""
    return {
        entry["identity"]: {
            side: Norm(
                zero=against_random(entry["line_ups"], side, "random")["mean"],
                one=against_random(entry["line_ups"], side, script)["mean"],
            )
            for side, script in entry["best"].items()
        }
        for entry in scenarios.values()
    }


def main() -> None:
    """Plays all and writes all."""
    found = {}
    for name in known_scenarios():
        found[name] = scores(load(name))
        for side, norm in norms(found)[found[name]["identity"]].items():
            print(f"{name:<24} {side:<10} random {norm['zero']:9.3f}   {found[name]['best'][side]} {norm['one']:9.3f}")
    write_json(RESULTS, {"name": "scores", **circumstances(), "scenarios": found})
    write_json(TABLE, norms(found))
    write_pages()


if __name__ == "__main__":
    main()
