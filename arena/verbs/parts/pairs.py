"""What pairs of games say of two players, and of a test between two differences, as data and as text."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from arena.errors import ArenaError


def tested(sprt: tuple[str, float, float] | None, alpha: float, beta: float) -> Any:
    """The test (a `league.pairs.sprt.Sprt`) that --sprt asks for, or None; ArenaError for what cannot be tested."""
    from league.pairs.sprt import MOST_ELO, SCALES, Sprt

    for name, risk in (("alpha", alpha), ("beta", beta)):
        if not 0 < risk < 0.5:
            raise ArenaError(f"--{name} must lie between 0 and 0.5, not {risk}")
    if sprt is None:
        return None
    word, elo0, elo1 = sprt
    scale = word.lower().replace("normalised", "normalized")
    if scale not in SCALES:
        raise ArenaError(f"--sprt knows no scale {word!r}; known: {', '.join(SCALES)}")
    if not -MOST_ELO <= elo0 < elo1 <= MOST_ELO:
        raise ArenaError(f"--sprt {scale} {elo0:g} {elo1:g}: name the smaller one first, both within +-{MOST_ELO:g}")
    return Sprt(scale, elo0, elo1, alpha, beta)


def pairs_data(counts: Sequence[int] | np.ndarray, test: Any = None) -> dict[str, Any]:
    """Elo, nElo and LOS of five counts, and how far a test is; null where a number has no end or nothing is tested."""
    from league.pairs.pentanomial import compare

    found = compare(counts)
    data: dict[str, Any] = {"pairs": [int(count) for count in counts]}
    for name in ("elo", "nelo"):
        estimate = getattr(found, name)
        ends = {name: estimate.value, f"{name}_low": estimate.low, f"{name}_high": estimate.high}
        data |= {key: finite(float(value)) for key, value in ends.items()}
    data |= {"los": found.los, "draw_ratio": found.draw_ratio, "pairs_ratio": finite(found.pairs_ratio)}
    if test is None:
        return data | dict.fromkeys(("llr", "lower", "upper", "verdict"))
    within = test.bounds
    tail = {"llr": test.ratio(counts), "lower": within.lower, "upper": within.upper, "verdict": test.verdict(counts)}
    return data | tail


def finite(value: float) -> float | None:
    """The value, or None where it has no end."""
    return value if math.isfinite(value) else None


def pairs_text(data: Mapping[str, Any], test: Any = None) -> str:
    """The result in three lines or four."""
    lines = [
        f"Elo   {with_ends(data, 'elo')}",
        f"nElo  {with_ends(data, 'nelo')}",
        f"LOS   {100 * data['los']:.2f}%   even pairs {100 * data['draw_ratio']:.1f}%",
    ]
    return "\n".join([*lines, *([test_text(data, test)] if test else [])])


def test_text(data: Mapping[str, Any], test: Any) -> str:
    """Where a test stands, in a line."""
    told = f"{test.scale} {test.elo0:g} {test.elo1:g}: {data['verdict']}"
    return f"LLR   {data['llr']:+.3f} in [{data['lower']:.3f}, {data['upper']:.3f}], {told}"


def counts_text(counts: Sequence[int] | np.ndarray, names: Sequence[str]) -> str:
    """How many pairs there are, and how they scored for the first of two players."""
    told = ", ".join(f"{score} {count:,}" for score, count in zip(("0", "0.5", "1", "1.5", "2"), counts, strict=True))
    return f"{sum(counts):,} pairs of {names[0]} against {names[1]}, by points: {told}"


def with_ends(data: Mapping[str, Any], name: str) -> str:
    """A number with its interval."""
    ends = (data[f"{name}_{end}"] for end in ("low", "high"))
    low, high = ("?" if end is None else f"{end:+.2f}" for end in ends)
    return f"{data[name]:+.2f} [{low}, {high}]"
