"""List the scenarios: sides, seats, what they see and do, options, and what each is about; or show one.

Example: arena scenarios simple_adversary
"""

import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from inspect import cleandoc
from pathlib import Path
from textwrap import fill, wrap
from typing import Annotated, Any

import tyro

import arena
from arena.report import Report

TEMPLATE = Path(arena.__file__).parent / "template.py"
FOLDS = {"last": "on the last frame", "mean": "mean over all frames", "sum": "sum over all frames"}
NARROWEST, WIDEST = 60, 120


@dataclass(frozen=True)
class Options:
    """Lists all scenarios, or shows one."""

    name: Annotated[str, tyro.conf.Positional] = ""
    """the scenario to show: its name, or the path of its file"""
    template: bool = False
    """print a small scenario to start your own from: arena scenarios --template > my_game.py"""


def run(options: Options) -> Iterator[Report]:
    """The result describes the scenarios, or one, or holds the template."""
    from arena.finding import built_in_scenarios, installed_scenarios
    from arena.scenario import load

    width = min(max(shutil.get_terminal_size().columns, NARROWEST), WIDEST)
    if options.template:
        source = TEMPLATE.read_text(encoding="utf-8")
        yield Report(text=source.rstrip("\n"), data={"template": source}, is_result=True)
    elif options.name:
        page = describe(load(options.name))
        yield Report(text=page_text(page, width), data=page, is_result=True)
    else:
        known = [describe(load(name)) for name in built_in_scenarios()]
        others = {name: ", ".join(packages) for name, packages in installed_scenarios().items()}
        text = "\n\n".join([*(entry_text(page, width) for page in known), others_text(others, width)]).rstrip()
        yield Report(text=text, data={"scenarios": known, "installed": others}, is_result=True)


def describe(scenario: Any) -> dict[str, Any]:
    """A scenario as plain data."""
    from agents.policies.scripted import scripted_names
    from arena.verbs.parts.comments import option_comments

    comments = {**option_comments(scenario.source), "max_cycles": "time limit in steps"}
    story, _, rest = cleandoc(scenario.module.__doc__ or scenario.name).partition("\n")
    return {
        "name": scenario.name,
        "word": scenario.word,
        "version": scenario.version,
        "story": story,
        "about": rest.strip(),
        "sides": {side: [scenario.seats[a].name for a in seats] for side, seats in scenario.sides.items()},
        "seats": [
            {"name": s.name, "side": s.side, "observes": s.sees, "acts": action_words(s)} for s in scenario.seats
        ],
        "observation_widths": {seat.name: seat.sees for seat in scenario.seats},
        "action_width": scenario.action_width,
        "options": scenario.parameters,
        "option_comments": {name: comments.get(name, "") for name in scenario.parameters},
        "metrics": dict(scenario.metric_folds),
        "has_outcome": scenario.has_outcome,
        "scripted_players": list(scripted_names(scenario)),
        "example": example(scenario, scripted_names(scenario)),
    }


def action_words(seat: Any) -> str:
    """What a seat does in a step: `move`, `say 1 of 10`, `move x say 1 of 10`."""
    return " x ".join(["move"] * seat.movable + [f"say 1 of {seat.talk}"] * (seat.talk > 0))


def example(scenario: Any, players: Sequence[str]) -> str:
    """A command that shows a game of the scenario, by players that are good for something."""
    from agents.policies.scripted import uninformed_names

    lost = {name for side in scenario.sides for name in uninformed_names(scenario, side)}
    best = [name for name in players if name not in lost][-1]
    return f"arena watch {best} --scenario {scenario.word}"


def entry_text(page: Mapping[str, Any], width: int) -> str:
    """A scenario in the list: three lines or so."""
    sides = ", ".join(f"{side} {len(seats)}" for side, seats in page["sides"].items())
    widths = sorted({seat["observes"] for seat in page["seats"]})
    observes = f"{widths[0]}-{widths[-1]}" if len(widths) > 1 else str(widths[0])
    acts = ", ".join(dict.fromkeys(seat["acts"] for seat in page["seats"]))
    lines = (
        page["story"],
        f"seats: {sides}; observes {observes}; acts: {acts}",
        f"options: {', '.join(page['options'])}",
    )
    wrapped = (fill(line, width, initial_indent="  ", subsequent_indent="  ") for line in lines)
    return "\n".join([page["name"], *wrapped])


def others_text(others: Mapping[str, str], width: int) -> str:
    """The scenarios of other packages, which are not imported for a list."""
    lines = [f"{name}, of the package {packages}: arena scenarios {name} shows it" for name, packages in others.items()]
    return "\n".join(fill(line, width) for line in lines)


def page_text(page: Mapping[str, Any], width: int) -> str:
    """The page of a scenario."""
    from arena.verbs.parts.tables import table

    seats = [(s["name"], s["side"], str(s["observes"]), s["acts"]) for s in page["seats"]]
    shown = [(name, text_of(value), page["option_comments"][name]) for name, value in page["options"].items()]
    metrics = [(name, FOLDS[fold]) for name, fold in page["metrics"].items()]
    parts = [
        f"{page['name']}, version {page['version']}",
        *(paragraph(block, width) for block in [page["story"], *page["about"].split("\n\n")] if block),
        table(["seat", "side", "observes", "acts"], seats, left=(0, 1, 3)),
        options_text(shown, width),
        table(["metric", "of a game"], metrics, left=(0, 1)) if metrics else "",
        f"scripted players: {', '.join(page['scripted_players'])}",
        f"try: {page['example']}",
    ]
    return "\n\n".join(part for part in parts if part)


def paragraph(block: str, width: int) -> str:
    """A block of text in lines of the width."""
    return fill(" ".join(block.split()), width, break_on_hyphens=False)


def text_of(value: Any) -> str:
    """An option's value as it is typed."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def options_text(options: Sequence[tuple[str, str, str]], width: int) -> str:
    """The options with their defaults; what they are is wrapped to the width."""
    from arena.verbs.parts.tables import table

    room = width - max(len(name) for name, _, _ in options) - max(len(value) for _, value, _ in options) - 12
    rows = []
    for name, value, comment in options:
        first, *more = wrap(comment, max(room, 20)) or [""]
        rows += [(name, value, first), *(("", "", line) for line in more)]
    return table(["option", "default", "what it is"], rows, left=(0, 2))
