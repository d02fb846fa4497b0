"""A reproduction that never took place, in the form of report.json."""

from typing import Any

from study_results import HOSTILE, estimate

PAPER, REPLICATION = "Lowe et al. 2017", "google/maddpg-replication"
QUICK = "A tenth of the training with three seeds. Rankings at this budget differ from those of full runs."
FEW = "3 training seeds: intervals are wide and rest on little; take at least 5"


def cell(what: str, published: float, ours: dict[str, Any] | None, **more: Any) -> dict[str, Any]:
    """A share that was read in the paper, unless said otherwise."""
    usual = {"sure": "read", "source": PAPER, "is_measured": True, "share": True}
    return {"what": what, "published": published, "ours": ours, **usual, **more}


def claim(text: str, higher: Any, lower: Any, verdict: str, **more: Any) -> dict[str, Any]:
    """A claim on shares."""
    usual = {"sure": "read", "source": PAPER, "share": True, "measure": "good success 0.4"}
    of = {"higher_of": "maddpg against maddpg", "lower_of": "ddpg against maddpg"}
    return {"text": text, "higher": higher, "lower": lower, "verdict": verdict, **usual, **of, **more}


def experiment(name: str, title: str, scenario: str, **more: Any) -> dict[str, Any]:
    """An experiment without cells and claims, unless there are."""
    usual = {"differs": "", "cells": [], "claims": [], "warnings": [FEW], "seconds": 312.4}
    budget = {"steps": 150_000, "seeds": 3, "games": 1000, "snapshots": 10}
    return {
        "name": name,
        "title": title,
        "scenario": scenario,
        "budget": budget,
        "fingerprint": f"9f2c{name}",
        **usual,
        **more,
    }


def deception() -> dict[str, Any]:
    """Shares from two sources, one of them remembered."""
    names = [f"{good} against {adversary}" for good in ("maddpg", "ddpg") for adversary in ("maddpg", "ddpg")]
    good = [0.944, 0.922, 0.689, 0.747]
    adversary = [0.392, 0.164, 0.590, 0.386]
    cells = [
        cell(f"{side} success, {name}", value, estimate(value - 0.05 * k, 0.03 + 0.02 * k), sure=sure)
        for side, values in (("good", good), ("adversary", adversary))
        for k, (name, value, sure) in enumerate(zip(names, values, ("read", "remembered") * 2, strict=True))
    ]
    cells += [
        cell(f"good success, {name}", value, estimate(good[k] - 0.05 * k, 0.03 + 0.02 * k), source=REPLICATION)
        for k, (name, value) in enumerate(zip(names, (0.947, 0.948, 0.446, 0.525), strict=True))
    ]
    claims = [
        claim("good agents of MADDPG reach the goal more often than those of DDPG, against adversaries of MADDPG",
              estimate(0.944, 0.03), estimate(0.639, 0.05), "holds", source=REPLICATION),
        claim("and against adversaries of DDPG", estimate(0.62, 0.07), estimate(0.597, 0.09), "open"),
        claim("an adversary of DDPG finds the goal less often than one of MADDPG, against good agents of MADDPG",
              estimate(0.114, 0.04), estimate(0.392, 0.03), "does not hold", measure="adversary success 0.4"),
    ]  # fmt: skip
    differs = "The radius of success is not published; 0.4 resembles the paper's table."
    return experiment(
        "deception-2", "Physical deception, N = 2", "simple_adversary-v1(N=2,max_cycles=25)",
        cells=cells, claims=claims, differs=differs,
        warnings=["ddpg: 1 of 3 training seeds diverged; all its numbers are of the 2 others, and so too good", FEW],
    )  # fmt: skip


def navigation() -> dict[str, Any]:
    """Numbers that are no shares, some of them without ours, and one that is not known."""
    ours = {"maddpg": estimate(0.61, 0.02), "ddpg": {"value": 0.66, "low": None, "high": None}}
    cells = [
        cell(f"cover, {n}", v, ours[n], share=False, source=REPLICATION)
        for n, v in (("maddpg", 0.629), ("ddpg", 0.692))
    ]
    cells += [cell("cover, dqn", 0.7, None, share=False)]
    cells += [
        cell(f"average distance, {name}", value, None, share=False, is_measured=False, sure="remembered")
        for name, value in (("maddpg", 1.767), ("ddpg", 1.858))
    ]
    claims = [claim("agents of MADDPG stay closer to the landmarks", None, estimate(0.61, 0.02), "open", share=False)]
    return experiment(
        "navigation-3", "Cooperative navigation, N = 3", "simple_spread-v1(N=3)", cells=cells, claims=claims
    )


def keep_away() -> dict[str, Any]:
    """A claim and no number."""
    claims = [claim("good agents with an ensemble reach the goal more often than single policies, against single "
                    "policies", estimate(0.5, 0.1), estimate(0.52, 0.1), "open", sure="remembered")]  # fmt: skip
    differs = "No public number was found."
    return experiment("keep-away", "Keep-away", "simple_push-v1()", claims=claims, differs=differs)


def reproduction(is_quick: bool = True) -> dict[str, Any]:
    """The whole dict."""
    return {
        "format": 1,
        "title": "MADDPG (Lowe et al. 2017)",
        "preset": "paper",
        "is_quick": is_quick,
        "quick": QUICK if is_quick else "",
        "differs": "The games are those of mpe2, where an action moves its agent one step later.",
        "left_out": "TRPO and REINFORCE.",
        "experiments": [deception(), navigation(), keep_away()],
        "date": "2026-11-20",
        "versions": {"python": "3.11.7", "torch": "2.13.0+cpu"},
    }


def hostile() -> dict[str, Any]:
    """The same with every text as bad as can be."""

    def spoiled(value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            return {k: spoiled(v, k) for k, v in value.items()}
        if isinstance(value, list):
            return [spoiled(part) for part in value]
        return (
            f"javascript:../{value}{HOSTILE[0]}{HOSTILE[1]}" if isinstance(value, str) and key != "verdict" else value
        )

    return dict(spoiled(reproduction()))
