"""Leaderboards of leagues that nobody played, as the page of a league takes them."""

from typing import Any

HOSTILE = ['<script>alert("x")</script>', "a\u202eb & 'c' \"d\"", "<img src=x onerror=y>", "=cmd|' /C calc'!A0"]
SIDES = ("adversary", "good")

Board = dict[str, Any]


def rating(value: float | None, half: float | None = 40.0) -> dict[str, float | None]:
    """A rating with its interval, if it has one."""
    known = value is not None and half is not None
    return {"rating": value, "low": value - half if known else None, "high": value + half if known else None}


def estimate(value: float | None, half: float = 0.1) -> dict[str, float | None]:
    known = value is not None
    return {"value": value, "low": value - half if known else None, "high": value + half if known else None}


def player(rank: int, count: int, name: str, sides: tuple[str, ...]) -> dict[str, Any]:
    value = 100.0 * (count - 1) - 200.0 * rank
    return {
        "name": name,
        "hash": f"{rank:064x}",
        "kind": "neural" if rank else "scripted",
        **rating(value),
        "rank": {"low": max(1, rank), "high": rank + 1},
        "sides": {side: rating(value / 2 + 30 * (side == "good")) for side in sides},
        "margin": {**rating(value / 100, 1.0), "sides": {}},
        "legs": 400,
        "ends": {"played": 400, "forfeited": 0, "won_by_forfeit": 0},
        "wins": 200,
        "draws": 100,
        "losses": 100,
        "normalised": dict.fromkeys(sides, 0.5),
        "metrics": {"good_success_0.4": 0.25, "adversary_distance": 0.5},
        "provisional": False,
        "withdrawn": None,
    }


def two_sided(count: int = 4, names: list[str] | None = None) -> Board:
    """A league of two sides in which the first beats the second, and so on."""
    called = names or [f"runs/a@{1000 * k}" for k in range(count)]
    players = [player(k, count, called[k], SIDES) for k in range(count)]
    order = [each["hash"] for each in players]

    def cell(i: int, j: int) -> dict[str, Any] | None:
        won = 90 if i < j else 10
        score = dict.fromkeys(SIDES, 1.0)
        return (
            None
            if i == j
            else {"legs": 100, "won": won, "drawn": 0, "lost": 100 - won, "points": won / 100, "score": score}
        )

    record = {"legs": 200, "score": -1.5, "normalised": 0.5, "won": 100, "drawn": 60, "lost": 40, "points": 0.65}
    return {
        "scenario": "simple_adversary-v1(N=2)",
        "unit": "elo",
        "players": players,
        "side_advantage": {"side": "good", **rating(85.0, 15.0)},
        "draw_rate": 0.2,
        "apart": {side: [] for side in SIDES},
        "legs": 1200,
        "seeds": 100,
        "fingerprint": "f" * 64,
        "environment": "e" * 16,
        "cross": {
            "rows": "good",
            "columns": "adversary",
            "players": order,
            "cells": [[cell(i, j) for j in range(count)] for i in range(count)],
        },
        "sides": {side: [{"hash": each, **record} for each in order] for side in SIDES},
        "meta": meta(order),
    }


def meta(order: list[str]) -> dict[str, Any]:
    """The meta-game of a league in which the first of `order` beats everybody, and the last two are equal."""
    count = len(order)
    mass = [1.0] + [0.0] * (count - 1)
    players = [
        {
            "hash": each,
            "sides": {side: {"mix": estimate(share), "alpharank": estimate(share)} for side in SIDES},
            "nash": estimate(share),
            "nash_rating": estimate(0.0),
            "skill": estimate(0.0),
        }
        for each, share in zip(order, mass, strict=True)
    ]
    graph = {
        "players": order,
        "advantage": [[0.8 * ((i < j) - (i > j)) for j in range(count)] for i in range(count)],
        "sure": None,
        "intransitivity": 0.031,
        "noise": 0.02,
        "groups": [[k] for k in range(count)],
        "layers": [[k] for k in range(count - 2)] + [[*range(max(0, count - 2), count)]],
        "arrows": [[k, k - 1] for k in range(1, count)],
        "cycles": [],
        "top_cycle": [0],
        "uncovered": [0],
    }
    value = {"side": "good", **estimate(0.61, 0.02)}
    return {
        "sides": list(SIDES),
        "by": "wins",
        "value": value,
        "players": players,
        "response_graph": graph,
        "notes": [],
    }


def one_sided(count: int = 3) -> Board:
    """A league of teams whose players were guests of each other."""
    players = [player(k, count, f"runs/t@{k}", ("team",)) for k in range(count)]
    for each in players:
        for key in ("wins", "draws", "losses"):
            del each[key]
    order = [each["hash"] for each in players]
    parts = {key: estimate(-10.0) for key in ("self_play", "cross_play", "gap", "br_prox")}
    return {
        "scenario": "simple_spread-v1(N=3)",
        "unit": "score",
        "players": players,
        "side_advantage": None,
        "draw_rate": None,
        "apart": {"team": []},
        "legs": 1200,
        "seeds": 100,
        "fingerprint": "f" * 64,
        "environment": "e" * 16,
        "partners": {
            "players": [{"hash": each, **parts, "seats": {}} for each in order],
            "gap": estimate(1.0),
            "zero": -30.0,
            "cells": [[{"legs": 100, "score": -10.0 - abs(i - j)} for j in range(count)] for i in range(count)],
        },
    }


def about(board: Board) -> dict[str, Any]:
    """How it was played."""
    seats = {"adversary": ["adversary_0"], "good": ["agent_0", "agent_1"]}
    sides = {"team": ["agent_0", "agent_1"]} if board["unit"] == "score" else seats
    return {
        "title": "first",
        "path": "leagues/first",
        "scenario": {"name": board["scenario"].split("-")[0], "version": 1, "parameters": {"N": 2}, "sides": sides},
        "tournament_seed": 7,
        "format": "round-robin",
        "environments": {"e" * 16: 1200},
        "versions": {"numba": "1.2.3"},
        "date": "2026-11-29",
    }
