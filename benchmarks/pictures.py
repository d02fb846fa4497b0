"""Draws docs/pictures and the gallery of docs/games.md: python -m benchmarks.pictures [NAME...]"""

import sys
from pathlib import Path

from agents.policies.scripted import scripted_names, scripted_player
from arena.film import film
from arena.finding import built_in_scenarios
from arena.render.export import save_png
from arena.render.scene import Scene, draw_frame
from arena.scenario import Scenario, load

ROOT = Path(__file__).parent.parent
PAGE, PICTURES = ROOT / "docs" / "games.md", ROOT / "docs" / "pictures"
START, STOP = "<!-- games: start -->", "<!-- games: stop -->"
STEP, SIZE = 10, 360
STEPS = {"simple_formation": 22, "simple_line": 22}  # instead of STEP, where only the end shows what it is about
SEEDS = {"simple_adversary": 1, "simple_push": 5, "simple_reference": 3, "simple_speaker_listener": 3}  # else 0


def draw(scenario: Scenario) -> None:
    """Writes the picture of a scenario: its last scripted player in every seat, in the middle of a game."""
    player = scripted_player(scenario, scripted_names(scenario)[-1])
    frames = list(film(scenario, [player] * len(scenario.seats), SEEDS.get(scenario.name, 0)))
    frames = frames[: STEPS.get(scenario.name, STEP) + 1]
    scene = Scene.of(scenario, frames, [player.name] * len(scenario.sides))
    PICTURES.mkdir(exist_ok=True)
    save_png(PICTURES / f"{scenario.name}.png", draw_frame(scene, len(frames) - 1, SIZE, SIZE))


def gallery() -> str:
    """The built-in scenarios as a table in Markdown: picture, name, sides, story."""
    lines = ["| game | what it is about |", "| --- | --- |"]
    for name in built_in_scenarios():
        scenario = load(name)
        sides = ", ".join(f"{side} ({len(seats)})" for side, seats in scenario.sides.items())
        picture = f"![{name}](pictures/{name}.png)"
        lines.append(
            f"| {picture} | [**{name}**](../scenarios/{name}.py)<br>{scenario.story}<br>Sides (seats): {sides} |"
        )
    return "\n".join(lines)


def replaced(text: str, block: str) -> str:
    """`text` with the part between the markers replaced."""
    before, rest = text.split(START)
    return f"{before}{START}\n{block}\n{STOP}{rest.split(STOP)[1]}"


if __name__ == "__main__":
    for name in sys.argv[1:] or built_in_scenarios():
        draw(load(name))
    PAGE.write_text(replaced(PAGE.read_text(encoding="utf-8"), gallery()), encoding="utf-8")
