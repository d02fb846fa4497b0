"""Rate players from a table of results made anywhere, or two players from the scores of their pairs.

Example: arena rate results.csv --model davidson

A row of the file is player,opponent,score[,side]: the score is 1, 0.5 or 0, seen from player; side is the name of the
one who held the favoured side. The models, and when to use which: docs/rating-models.md.

Example: arena rate --pairs 34,54,63,64,75 --sprt logistic 0.5 2.5

A pair is two games from one seed with the sides swapped; the counts are of pairs that scored 0, 0.5, 1, 1.5 and 2.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import tyro

from arena.errors import ArenaError
from arena.report import Report, function


@dataclass(frozen=True)
class Options:
    """Reads a file, or five counts; writes nothing."""

    file: Annotated[str, tyro.conf.Positional] = ""
    """the table of results, as comma-separated values"""
    model: str = "bradley-terry"
    """how to rate: bradley-terry, davidson for tables with ties, elo, or another of docs/rating-models.md"""
    setting: tyro.conf.UseAppendAction[tuple[str, ...]] = ()
    """a setting of the model, as NAME=VALUE, e.g. k=16 of elo; may be repeated"""
    pairs: str = ""
    """the number of pairs that scored 0, 0.5, 1, 1.5 and 2, as in 34,54,63,64,75"""
    sprt: tuple[str, float, float] | None = None
    """of pairs: the scale, logistic or normalized, and the two Elo differences that are tested against each other"""
    alpha: float = 0.05
    """risk of accepting the second difference where the first is true"""
    beta: float = 0.05
    """risk of accepting the first difference where the second is true"""


def run(options: Options) -> Iterator[Report]:
    """The result holds the ratings and the model's parameters, or Elo, nElo, LOS and the test."""
    if bool(options.file) == bool(options.pairs):
        both = "not both" if options.file else "as in: arena rate results.csv --model davidson"
        raise ArenaError(f"name a file of results, or give five counts with --pairs; {both}")
    if options.file:
        yield from rate_file(options)
    else:
        yield from rate_pairs(options)


def rate_file(options: Options) -> Iterator[Report]:
    """The ratings, best first."""
    from arena.verbs.parts.values import assignments
    from league.ratings.catalog import find_model, rate_with
    from league.ratings.reading import read_results

    if options.sprt:
        raise ArenaError("--sprt tests the counts of --pairs; it has no use for a file")
    find_model(options.model)
    settings = assignments(options.setting)
    rated = rate_with(options.model, read_results(Path(options.file)), settings)
    ratings = [player(rated, p) for p in range(len(rated.names))]
    ratings.sort(key=lambda row: (-row["rating"], row["player"]))
    data = {"model": options.model, "ratings": ratings, "parameters": dict(rated.parameters)}
    yield Report(text=ratings_text(data), data=data, is_result=True)


def player(rated: Any, p: int) -> dict[str, Any]:
    """A row of the result."""
    row = {
        "player": rated.names[p],
        "rating": float(rated.rating.value[p]),
        "low": float(rated.rating.low[p]),
        "high": float(rated.rating.high[p]),
        "games": int(rated.games[p]),
        "provisional": bool(rated.provisional[p]),
    }
    return row if rated.worth is None else {**row, "worth": float(rated.worth[p])}


def ratings_text(data: Mapping[str, Any]) -> str:
    """The ratings as a table, and the numbers among the parameters."""
    from arena.verbs.parts.tables import interval, table

    rows = [
        [
            str(rank),
            row["player"] + " *" * row["provisional"],
            interval(row),
            f"{row['worth']:.4g}" if "worth" in row else "-",
            f"{row['games']:,}",
        ]
        for rank, row in enumerate(data["ratings"], 1)
    ]
    shown = {name: value for name, value in data["parameters"].items() if not isinstance(value, dict)}
    words = [f"{name} {value:.5g}" if isinstance(value, float) else f"{name} {value}" for name, value in shown.items()]
    parts = [
        table(["", "player", "Elo [95%]", "worth", "games"], rows, left=(1,)),
        f"{data['model']}: {', '.join(words)}",
    ]
    if any(row["provisional"] for row in data["ratings"]):
        parts.append("* provisional: the games do not decide how far from the others; see docs/rating-models.md")
    return "\n".join(parts)


def rate_pairs(options: Options) -> Iterator[Report]:
    """Elo, nElo and LOS of the pairs, and how far the test is."""
    from arena.verbs.parts.pairs import pairs_data, pairs_text, tested

    counts = pair_counts(options.pairs)
    test = tested(options.sprt, options.alpha, options.beta)
    data = pairs_data(counts, test)
    yield Report(text=pairs_text(data, test), data=data, is_result=True)


def pair_counts(text: str) -> list[int]:
    """The five counts; ArenaError if they are anything else."""
    words = [word.strip() for word in text.split(",")]
    if len(words) != 5:
        raise ArenaError(f"--pairs takes five counts, as in 34,54,63,64,75; {text!r} has {len(words)}")
    if not all(word.isascii() and word.isdigit() and len(word) <= 9 for word in words):
        raise ArenaError(f"--pairs {text!r}: counts are whole numbers from 0, as in 34,54,63,64,75")
    counts = [int(word) for word in words]
    if not any(counts):
        raise ArenaError("--pairs holds no pair; play some first")
    return counts


rate = function(Options, run)
