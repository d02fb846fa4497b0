"""Writes the tables of README.md from benchmarks/results: python -m benchmarks.tables"""

import json
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
START, STOP = "<!-- benchmarks: start -->", "<!-- benchmarks: stop -->"


def table() -> str:
    """The rows of all saved results as Markdown, with where they were measured."""
    saved = [
        json.loads(path.read_text(encoding="utf-8")) for path in sorted((ROOT / "benchmarks/results").glob("*.json"))
    ]
    lines = ["| what | value | against | ratio | bar |", "| --- | ---: | ---: | ---: | ---: |"]
    for result in saved:
        lines += [line(row) for row in result["rows"] if row["bar"] is not None]
    where = sorted({place(result) for result in saved})
    return "\n".join([*lines, "", *(f"Measured on {text}." for text in where)])


def line(row: dict[str, Any]) -> str:
    """One row of the table."""
    sign = "≥" if row["better"] == "higher" else "≤"
    ratio = "" if row["ratio"] is None else f"{number(row['ratio'])} x"
    against = "" if row["against"] is None else f"{number(row['against'])} {row['unit']}"
    is_about_ratio = row["ratio"] is not None
    bar = f"{sign} {number(row['bar'])}{' x' if is_about_ratio else ''}{'' if row['met'] else ' (missed)'}"
    return f"| {row['name']} | {number(row['value'])} {row['unit']} | {against} | {ratio} | {bar} |"


def number(value: float) -> str:
    """Three significant digits, thousands separated."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def place(result: dict[str, Any]) -> str:
    """Where and when a benchmark ran."""
    versions = ", ".join(f"{name} {result['versions'][name]}" for name in ("python", "numba", "numpy", "torch", "mpe2"))
    machine = result["machine"]
    return f"{machine['cores']} cores ({machine['processor']}), {versions}, commit {result['commit']}, {result['date']}"


def replaced(text: str, block: str) -> str:
    """`text` with the part between the markers replaced."""
    before, rest = text.split(START)
    return f"{before}{START}\n{block}\n{STOP}{rest.split(STOP)[1]}"


if __name__ == "__main__":
    readme = ROOT / "README.md"
    readme.write_text(replaced(readme.read_text(encoding="utf-8"), table()), encoding="utf-8")
