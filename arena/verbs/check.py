"""Check something of your own before others see it: a scenario, by playing it.

Example: arena check scenario my_game.py
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any

import tyro

from arena.errors import ArenaError, nearest
from arena.report import Finding, Report


@dataclass(frozen=True)
class Options:
    """Looks at a scenario's contract, shapes, numbers, seeds, worlds, precision, players, picture and speed."""

    subject: Annotated[str, tyro.conf.Positional]
    """what to check: scenario"""
    name: Annotated[str, tyro.conf.Positional]
    """a scenario's name, or the path of its file"""
    option: tyro.conf.UseAppendAction[tuple[str, ...]] = ()
    """an option of the scenario, as NAME=VALUE; may be repeated"""
    out: str = ""
    """write the picture of the check to this .png file"""


def run(options: Options) -> Iterator[Report]:
    """Yields a line for each check; the result's exit code is 2 if one fails."""
    if options.subject not in SUBJECTS:
        raise ArenaError(f"arena check knows no {options.subject!r}; {nearest(options.subject, SUBJECTS)}")
    if options.out and Path(options.out).suffix.lower() != ".png":
        raise ArenaError(f"--out {options.out!r} must end in .png")
    found = []
    for finding in SUBJECTS[options.subject](options):
        found.append(finding)
        if finding.state != "note":
            yield Report(text=f"{MARKS[finding.state]} {finding.what:<13} {finding.text}")
    if waiting := [finding.what for finding in found if finding.state == "note"]:
        yield Report(text=f"· not looked at until that is right: {', '.join(waiting)}")
    problems = sum(finding.state == "problem" for finding in found)
    text = f"{problems} problem{'s' * (problems != 1)} in {options.name}" if problems else f"{options.name} is in order"
    data = {"name": options.name, "checks": [asdict(f) for f in found], "problems": problems}
    yield Report(text=text, data={**data, "exit_code": 2 if problems else 0}, is_result=True)


def check_scenario(options: Options) -> Iterator[Finding]:
    """The contract of a scenario, then everything that shows when it is played."""
    from agents.policies.scripted import scripted_names, scripted_player
    from arena.inspection.bounds import bounds
    from arena.inspection.checks import CHECKS, scripts
    from arena.inspection.look import Check, examine
    from arena.scenario import Scenario, load
    from arena.verbs.parts.values import assignments

    try:
        scenario = load(options.name, **assignments(options.option))
    except ArenaError as error:
        yield Finding("contract", "problem", str(error))
        return
    parts = ", ".join(f"{side} ({len(seats)})" for side, seats in scenario.sides.items())
    yield Finding("contract", "ok", f"{scenario.name}, version {scenario.version}; sides (seats): {parts}")

    def play_scripts(scenario: Scenario) -> str:
        return scripts(scenario, [scripted_player(scenario, name) for name in scripted_names(scenario)])

    def draw(scenario: Scenario) -> str:
        return draw_picture(scenario, options.out)

    compiles, *most, speed = CHECKS
    compiles = compiles._replace(needs=["bounds"])
    players, picture = Check("players", play_scripts, ["shapes"]), Check("picture", draw, ["marks"])
    yield from examine(scenario, [Check("bounds", bounds), compiles, *most, players, picture, speed])


def draw_picture(scenario: Any, out: str) -> str:
    """Draws a world in the middle of a game; writes it only if `out` names a file."""
    from arena.engine.worlds import Worlds
    from arena.inspection.look import some_actions
    from arena.render.draw import picture
    from arena.render.export import save_png

    worlds = Worlds(scenario, 1, threads=1, restarts=False)
    for action in some_actions(scenario, scenario.cycles // 2, 1):
        worlds.step(action)
    pixels = picture(scenario, worlds.world())
    if out:
        save_png(Path(out), pixels)
    return f"{pixels.shape[1]} x {pixels.shape[0]} pixels" + (f", written to {out}" if out else "")


MARKS = {"ok": "✓", "problem": "✗"}
SUBJECTS = {"scenario": check_scenario}
