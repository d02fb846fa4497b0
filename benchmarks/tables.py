"""Writes the tables of README.md and docs/ from benchmarks/results: python -m benchmarks.tables"""

import json
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
RESULTS = ROOT / "benchmarks/results"
START, STOP = "<!-- benchmarks: start -->", "<!-- benchmarks: stop -->"
HEADER = ("| what | value | against | ratio | bar |", "| --- | ---: | ---: | ---: | ---: |")
HEADLINES = (  # how the names of the README's rows begin
    "simple_spread, 16,384 worlds",
    "simple_adversary, 16,384 worlds",
    "simple_tag, 16,384 worlds",
    "collect_treasure, 16,384 worlds",
    "simple_spread, 100 agents",
    "simple_spread, 32,768 worlds, against VMAS",
    "simple_spread, 32,768 worlds, against JaxMARL",
    "simple_spread, one world",
    "simple_spread, first step ever",
    "simple_spread, first step of a second",
    "joint MADDPG update",
    "MADDPG on simple_spread, seed 0: cover",
    "MADDPG on simple_spread, seed 0: training",
    "simple_adversary, maddpg, 1 M steps, greedy: good",
    "simple_adversary, maddpg, 1 M steps, greedy: adversary",
    "simple_speaker_listener, maddpg",
    "simple_spread, maddpg, 1.5 M steps, greedy",
    "simple_crypto, maddpg, 1 M steps, sample: Bob - Eve, decodes: seeds",
    "published MADDPG run",
    "study of",
    "10 seeds of",
    "simple_adversary, MADDPG learning, eager",
    "tournament legs/s, 2 threads",
    "50 checkpoints, 245,000 legs",
    "2,000 players, 2,000,000 legs",
    "10,029,600 legs: written",
    "10,029,600 legs: opened",
    "adaptive, 30 players",
)


def table() -> str:
    """The rows of the README as Markdown, with where they were measured."""
    saved = measured()
    names = {row["name"]: row for result in saved for row in result["rows"]}
    shown = [next((row for name, row in names.items() if name.startswith(start)), None) for start in HEADLINES]
    where = "; ".join(sorted({machine(result) for result in saved}))
    told = f"Measured on {where}. Dates, versions and commits stand under [each benchmark](docs/benchmarks.md)."
    return "\n".join([*HEADER, *(line(row) for row in shown if row), "", told])


def all_tables() -> str:
    """All rows of all benchmarks as Markdown, with how and where they were measured."""
    blocks = []
    for result in measured():
        lines = [line(row) for row in result["rows"]]
        about, where = result["about"].strip(), f"Measured on {place(result)}."
        blocks.append("\n".join([f"## arena bench {result['name']}", "", about, "", *HEADER, *lines, "", where]))
    return "\n\n".join(blocks)


def measured() -> list[dict[str, Any]]:
    """What `arena bench NAME --save` has written down of every benchmark."""
    names = sorted(path.stem for path in RESULTS.glob("*.json"))
    return [result for name in names if "rows" in (result := load_result(name))]


def load_result(name: str) -> dict[str, Any]:
    """What a benchmark has written down."""
    result: dict[str, Any] = json.loads((RESULTS / f"{name}.json").read_text(encoding="utf-8"))
    return result


def line(row: dict[str, Any]) -> str:
    """One row of the table."""
    unit = row["unit"]
    value, against = (f"{number(x)} {unit}" if x is not None else "" for x in (row["value"], row["against"]))
    if "low" in row:
        value += f" ({number(row['low'])} to {number(row['high'])})"
    ratio = "" if row["ratio"] is None else f"{number(row['ratio'])} x"
    return f"| {row['name'].replace('|', '/')} | {value} | {against} | {ratio} | {bar(row)} |"


def bar(row: dict[str, Any]) -> str:
    """What a row should reach, and whether it does."""
    if row["bar"] is None:
        return ""
    sign = "≥" if row["better"] == "higher" else "≤"
    verdict = {True: "", False: " (missed)", None: " (not measured)"}[row["met"]]
    return f"{sign} {number(row['bar'])}{' x' if row['ratio'] else ''}{verdict}"


def number(value: float) -> str:
    """Three significant digits, thousands separated."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def place(result: dict[str, Any]) -> str:
    """Where and when a benchmark ran."""
    versions = ", ".join(f"{name} {result['versions'][name]}" for name in ("python", "numba", "numpy", "torch", "mpe2"))
    return f"{machine(result)}, {versions}, commit {result['commit']}, {result['date']}"


def machine(result: dict[str, Any]) -> str:
    """The machine in words."""
    return f"{result['machine']['cores']} cores ({result['machine']['processor']})"


def replaced(text: str, block: str) -> str:
    """`text` with the part between the markers replaced."""
    before, rest = text.split(START)
    return f"{before}{START}\n{block}\n{STOP}{rest.split(STOP)[1]}"


def scores_table() -> str:
    """The returns that are 0 and 1 of the normalised score, then the metrics of these players, as Markdown."""
    saved = load_result("scores")
    lines = ["| scenario | side | random: 0 | best script: 1 | script |", "| --- | --- | ---: | ---: | --- |"]
    for name, entry in saved["scenarios"].items():
        for side, script in entry["best"].items():
            zero, one = (mean(holding(entry, side, player)["returns"][side]) for player in ("random", script))
            lines.append(f"| {name} | {side} | {zero} | {one} | `{script}` |")
    lines += ["", "| scenario | metric | random everywhere | best scripts everywhere |", "| --- | --- | ---: | ---: |"]
    for name, entry in saved["scenarios"].items():
        random, best = line_up(entry, dict.fromkeys(entry["best"], "random")), line_up(entry, entry["best"])
        lines += [
            f"| {name} | `{metric}` | {number(value)} | {number(best['metrics'][metric])} |"
            for metric, value in random["metrics"].items()
        ]
    return "\n".join([*lines, "", f"Measured on {place(saved)}."])


def line_up(entry: dict[str, Any], players: dict[str, str]) -> dict[str, Any]:
    """The result of the line-up {side: player}."""
    found: dict[str, Any] = next(result for result in entry["line_ups"] if result["players"] == players)
    return found


def holding(entry: dict[str, Any], side: str, player: str) -> dict[str, Any]:
    """The result of the line-up in which a side is the player's and the others are random."""
    return line_up(entry, {other: player if other == side else "random" for other in entry["best"]})


def mean(value: dict[str, float]) -> str:
    """A mean with half of the width of its interval."""
    return f"{value['mean']:.2f} ± {value['high'] - value['mean']:.2f}"


def write_pages() -> None:
    """Writes the tables into the pages that show them."""
    blocks = {"README.md": table(), "docs/benchmarks.md": all_tables(), "docs/scores.md": scores_table()}
    for name, block in blocks.items():
        page = ROOT / name
        page.write_text(replaced(page.read_text(encoding="utf-8"), block), encoding="utf-8")


if __name__ == "__main__":
    write_pages()
