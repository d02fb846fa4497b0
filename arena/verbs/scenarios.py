"""List the scenarios: sides, seats, what they see and do, options, and what each is about.

Example: arena scenarios simple_adversary
"""

import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any

import tyro

from arena.report import Report


@dataclass(frozen=True)
class Options:
    """Lists all scenarios, or shows one."""

    name: Annotated[str, tyro.conf.Positional] = ""
    """the scenario to show"""


def run(options: Options) -> Iterator[Report]:
    """The result describes the scenarios."""
    from agents.scripted import scripted_names
    from arena.scenario import known_scenarios, load
    from arena.verbs.parts.tables import table

    if options.name:
        scenario = load(options.name)
        page = inspect.getdoc(scenario.module) or ""
        rows = [(name, repr(value)) for name, value in scenario.parameters.items()]
        text = (
            f"{page}\n\n{table(['option', 'default'], rows)}\n\nscripted players: {', '.join(scripted_names(scenario))}"
        )
        yield Report(text=text, data=describe(scenario), is_result=True)
        return
    known = [load(name) for name in known_scenarios()]
    lines = [(s.name, sides_text(s), f"{s.observation_width} / {s.action_width}", s.story) for s in known]
    text = table(["scenario", "sides (seats)", "observes / acts", "story"], lines, left=(0, 1, 3))
    yield Report(text=text, data={"scenarios": [describe(s) for s in known]}, is_result=True)


def sides_text(scenario: Any) -> str:
    """E.g. `adversary (1), good (2)`."""
    return ", ".join(f"{side} ({len(seats)})" for side, seats in scenario.sides.items())


def describe(scenario: Any) -> dict[str, Any]:
    """A scenario as plain data."""
    from agents.scripted import scripted_names

    return {
        "name": scenario.name,
        "version": scenario.version,
        "story": scenario.story,
        "sides": {side: [scenario.seats[a].name for a in seats] for side, seats in scenario.sides.items()},
        "observation_widths": {seat.name: seat.sees for seat in scenario.seats},
        "action_width": scenario.action_width,
        "options": scenario.parameters,
        "metrics": list(scenario.metric_names),
        "scripted_players": list(scripted_names(scenario)),
    }
