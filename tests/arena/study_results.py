"""Results of studies that never took place, in the form of results.json: skills are made up, the shapes are not."""

from itertools import product
from math import exp
from typing import Any

import numpy as np

RADII = ("0.1", "0.2", "0.4")
ADVERSARY, GOOD, TEAM = (
    {"adversary": ["adversary_0"]},
    {"good": ["agent_0", "agent_1"]},
    {"team": ["a_0", "a_1", "a_2"]},
)
GUESS = {"0.1": 0.504, "0.2": 0.514, "0.4": 0.552}
MIDPOINT = {"0.1": 0.029, "0.2": 0.105, "0.4": 0.345}
SCALES = {"return/adversary": (-28.0, 14.0), "return/good": (7.0, 18.0), "return/team": (-26.0, 19.0)}
HOSTILE = ("<script>alert(1)</script>", "\"'><img src=x onerror=alert(1)>", "=javascript:alert('&amp;')")


def estimate(value: float, half: float, **more: Any) -> dict[str, Any]:
    """An interval that is a little longer below."""
    return {"value": value, "low": value - 1.1 * half, "high": value + 0.9 * half, **more}


def study(
    names: tuple[str, ...] = ("maddpg", "ddpg", "dqn"),
    skills: tuple[float, ...] = (0.86, 0.72, 0.44),
    sides: dict[str, list[str]] = ADVERSARY | GOOD,
    seeds: int = 5,
    seed: int = 0,
) -> dict[str, Any]:
    """The whole dict: a game of one side or two, every optional part in it."""
    rng = np.random.default_rng(seed)
    skill = dict(zip(names, skills, strict=True))
    anchors = {"random": 0.0, "greedy": 0.63, "deceptive": 0.8} if len(sides) == 2 else {"random": 0.0, "greedy": 1.0}
    measures = measures_of(sides)
    return {
        "format": 1,
        "title": f"{', '.join(names)} on {'simple_adversary' if len(sides) == 2 else 'simple_spread'}",
        "about": "Every learner from the same number of steps, with its preset for the game.",
        "scenario": scenario(sides),
        "budget": {"steps": 300_000, "seeds": seeds, "games": 1000, "snapshots": 10},
        "contenders": [contender(name, k, seeds) for k, name in enumerate(names)],
        "anchors": list(anchors),
        "measures": measures,
        "lines": {
            f"adversary_success_{r}": [{"name": "guess", "value": GUESS[r]}, {"name": "midpoint", "value": MIDPOINT[r]}]
            for r in (RADII if len(sides) == 2 else ())
        },
        "curves": [
            curve(rng, measure, against, name, skill[name], seeds)
            for against, measure, name in product(["itself", *anchors], measures, names)
        ],
        "cross": [cross(rng, measure, skill, anchors, seeds) for measure in measures],
        "success": success(rng, skill) if len(sides) == 2 else [],
        "field": [field(rng, n, side, skill[n], left_of(n, names, seeds)) for n, side in product(names, sides)],
        "aggregates": [
            aggregate(n, statistic, skill[n], seeds)
            for n, statistic in product(names, ("iqm", "mean", "median", "optimality_gap"))
        ],
        "profiles": [profile(name, skill[name]) for name in names],
        "improvement": [
            {"x": x, "y": y, **within(estimate(1 / (1 + exp(9 * (skill[y] - skill[x]))), 0.17))}
            for x, y in product(names, names)
            if names.index(x) < names.index(y)
        ],
        "self_play": [self_play(n, measures[len(sides) - 1]["name"], skill[n]) for n in names],
        "efficiency": [efficiency(n, side, skill[n], seeds) for n, side in product(names, sides)],
        "warnings": ["the intervals of maddpg and ddpg overlap: neither is shown to be better"],
        "fingerprint": "9f2c4e0b7d1a" * 5 + "77aa",
        "environment": "5b1d7c0e9a3f2b44",
        "date": "2026-11-20",
        "versions": {
            "processor": "znver5",
            "marl-arena": "0.1.0",
            "python": "3.11.7",
            "torch": "2.13.0+cpu",
            "mpe2": "1.1.1",
        },
    }


def scenario(sides: dict[str, list[str]]) -> dict[str, Any]:
    name, parameters = ("simple_adversary", {"N": 2}) if len(sides) == 2 else ("simple_spread", {"N": 3})
    identity = f"{name}-v1(N={parameters['N']},max_cycles=25)"
    return {"identity": identity, "name": name, "version": 1, "parameters": parameters, "sides": sides}


def measures_of(sides: dict[str, list[str]]) -> list[dict[str, Any]]:
    """Returns, then success at three radii and a distance, or collisions."""
    measures = [{"name": f"return/{s}", "label": f"return of {s}", "side": s, "share": False} for s in sides]
    if len(sides) == 1:
        return [*measures, {"name": "hits", "label": "collisions", "side": None, "share": False}]
    for side, radius in product(reversed(sides), RADII):
        name = f"{side}_success_{radius}"
        measures.append({"name": name, "label": f"{side} success {radius}", "side": side, "share": True})
    return measures


def left_of(name: str, names: tuple[str, ...], seeds: int) -> list[int]:
    """The members that reached the end: of the third contender one did not."""
    return list(range(seeds - (names.index(name) == 2)))


def field(rng: np.random.Generator, name: str, side: str, skill: float, members: list[int]) -> dict[str, Any]:
    low, width = SCALES[f"return/{side}"]
    scores = rng.normal(skill, 0.06, len(members))
    return {
        "contender": name,
        "side": side,
        "seed_scores": scores.tolist(),
        "seed_returns": (low + width * scores).tolist(),
        "return": estimate(low + width * skill, 0.08 * width),
        "normalised": True,
    }


def contender(name: str, k: int, seeds: int) -> dict[str, Any]:
    settings = {"lr": 0.003, "gamma": 0.9, "hidden": [64, 64], "batch_size": 256, "n_step": 3, "critic_view": "all"}
    if k:
        settings |= {"critic_view": "own"}
    if k == 2:
        settings = {"lr": 0.001, "gamma": 0.9, "hidden": [64, 64], "batch_size": 256, "n_step": 3, "dueling": True}
    return {
        "name": name,
        "algo": name,
        "preset": "fast",
        "settings": settings,
        "members": list(range(seeds - (k == 2))),
        "diverged": [{"member": seeds - 1, "step": 120_000, "why": "loss is nan"}] if k == 2 else [],
        "seconds": 123.4 + 20 * k,
        "steps_per_second": 2431.0 - 300 * k,
        "updates": 5860,
    }


def scaled(measure: dict[str, Any], skill: float, other: float) -> float:
    """A made-up mean: better for the own skill, worse for that of the other side."""
    low, width = SCALES.get(measure["name"], (0.05, 0.9))
    reach = float(measure["name"].rpartition("_")[2]) + 0.45 if measure["share"] else 1.0
    return low + width * reach * min(1.0, max(0.0, skill - 0.3 * (other - 0.5)))


def width(measure: dict[str, Any]) -> float:
    return 0.05 * SCALES.get(measure["name"], (0.0, 1.0))[1]


def within(numbers: dict[str, Any]) -> dict[str, Any]:
    """Clipped to what a share can be."""
    return {key: min(1.0, max(0.0, part)) for key, part in numbers.items()}


def curve(
    rng: np.random.Generator, measure: dict[str, Any], against: str, name: str, skill: float, seeds: int
) -> dict[str, Any]:
    steps = np.linspace(0, 300_000, 11).astype(int)
    learned = skill * (1 - np.exp(-steps / 70_000))
    value = np.array([scaled(measure, part, 0.4) for part in learned]) + rng.normal(0, 0.2 * width(measure), 11)
    members = value + rng.normal(0, width(measure), (seeds, 11))
    return {
        "measure": measure["name"],
        "against": against,
        "contender": name,
        "steps": steps.tolist(),
        "value": value.tolist(),
        "low": (value - width(measure)).tolist(),
        "high": (value + width(measure)).tolist(),
        "members": members.tolist(),
    }


def cross(
    rng: np.random.Generator, measure: dict[str, Any], skill: dict[str, float], anchors: dict[str, float], seeds: int
) -> dict[str, Any]:
    """Every player on the last side against every player on the first; two scripted ones did not meet."""
    players = skill | anchors
    is_last = measure["side"] != "adversary"

    def cell(row: str, column: str) -> dict[str, Any] | None:
        if row in anchors and column in anchors:
            return None
        own, other = (row, column) if is_last else (column, row)
        value = scaled(measure, players[own], players[other]) + rng.normal(0, 0.2 * width(measure))
        pairs = (seeds if row in skill else 1) * (seeds if column in skill else 1)
        numbers = estimate(value, width(measure))
        return (within(numbers) if measure["share"] else numbers) | {"pairs": pairs, "games": 1000}

    cells = [[cell(row, column) for column in players] for row in players]
    return {"measure": measure["name"], "rows": list(players), "columns": list(players), "cells": cells}


def success(rng: np.random.Generator, skill: dict[str, float]) -> list[dict[str, Any]]:
    def row(good: str, adversary: str, reach: float) -> dict[str, Any]:
        last = min(0.98, skill[good] * reach + rng.normal(0, 0.01))
        first = max(0.02, 0.6 * skill[adversary] * reach * (1.2 - 0.6 * skill[good]))
        difference = estimate(last - first, 0.06)
        return {"good": good, "adversary": adversary, "last": estimate(last, 0.03), "first": estimate(first, 0.04)} | {
            "difference": difference
        }

    return [
        {
            "what": f"success {radius}",
            "first": "adversary",
            "last": "good",
            "rows": [row(g, a, float(radius) + 0.55) for g, a in product(skill, skill)],
        }
        for radius in RADII
    ]


def aggregate(name: str, statistic: str, skill: float, seeds: int) -> dict[str, Any]:
    value = 1 - skill if statistic == "optimality_gap" else skill
    claimed = estimate(value, 0.2 / seeds**0.5)
    percentile = [value - 0.14 / seeds**0.5, value + 0.13 / seeds**0.5]
    return {"contender": name, "statistic": statistic, **claimed, "percentile": percentile}


def profile(name: str, skill: float) -> dict[str, Any]:
    tau = np.linspace(0, 1.2, 49)
    share = 1 / (1 + np.exp(30 * (tau - skill)))
    spread = 0.25 * share * (1 - share) ** 0.5
    return {
        "contender": name,
        "tau": tau.tolist(),
        "share": share.tolist(),
        "low": (share - spread).tolist(),
        "high": np.minimum(1, share + spread).tolist(),
    }


def self_play(name: str, measure: str, skill: float) -> dict[str, Any]:
    own, gap = estimate(10 * skill, 0.5), estimate(1.4 * skill**2, 0.4)
    return {
        "contender": name,
        "measure": measure,
        "self": own,
        "cross": estimate(own["value"] - gap["value"], 0.6),
        "gap": gap,
    }


def efficiency(name: str, side: str, skill: float, seeds: int) -> dict[str, Any]:
    steps = None if skill < 0.5 else estimate(70_000 / skill, 9_000)
    seconds = None if steps is None else steps["value"] / 2431
    numbers = {"threshold": 0.9, "reached": seeds if steps else 1, "steps": steps, "seconds": seconds, "final": skill}
    return {"contender": name, "side": side, "against": "greedy", **numbers}


def two_sided() -> dict[str, Any]:
    """Three learners of five seeds on a game of two sides."""
    return study()


def one_sided() -> dict[str, Any]:
    """Two learners of five seeds who share one side."""
    return study(("maddpg", "ddpg"), (0.9, 0.7), TEAM)


def hostile() -> dict[str, Any]:
    """One seed each, names that would be markup, script or a formula, and numbers that are not known."""
    results = study(HOSTILE, (0.8, 0.7, 0.5), seeds=1)
    evil = HOSTILE[0] + HOSTILE[1]
    results |= {"title": evil, "about": evil, "environment": evil, "date": evil, "versions": {evil: evil}}
    results["anchors"] = [evil if name == "random" else name for name in results["anchors"]]
    results["warnings"] = [evil, "one seed says nothing about training: take 5 or more"]
    results["scenario"] |= {"name": evil, "identity": evil, "parameters": {evil: evil}}
    results["measures"][0] |= {"label": evil}
    results["lines"]["adversary_success_0.4"][0]["name"] = evil
    results["contenders"][0]["settings"] = {evil: evil}
    results["contenders"][0]["diverged"] = [{"member": 0, "step": 7, "why": evil}]
    for aggregate_ in results["aggregates"]:
        aggregate_ |= {"low": None, "high": None, "percentile": None}
    for row in results["success"][0]["rows"]:
        row["difference"] = None
    for row in results["field"]:
        row["return"] = {"value": -1.0, "low": None, "high": None}
    results["cross"][0]["cells"][0][0] = {"value": -3.0, "low": None, "high": None, "pairs": 1, "games": 1000}
    results["curves"][0]["low"] = results["curves"][0]["high"] = None
    results["curves"][1]["value"][3] = None
    return results
