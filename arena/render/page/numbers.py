"""Numbers as people read them: a true minus, thousands apart, and no more digits than a table needs."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import floor, log10
from typing import Any, TypeGuard

Estimate = Mapping[str, Any]  # "value", "low" and "high", each a number or None
PARTS = ("value", "low", "high")
MINUS, UNKNOWN = "\N{MINUS SIGN}", "\N{EN DASH}"
MOST_DIGITS = 4  # after the point


@dataclass(frozen=True)
class Unit:
    """How the numbers of one table or chart are written."""

    digits: int  # after the point
    is_share: bool = False  # in per cent; who shows them says so once

    def text(self, value: float | None) -> str:
        """One number."""
        if value is None:
            return UNKNOWN
        return signed(f"{100 * value if self.is_share else value:,.{self.digits}f}")

    def interval(self, estimate: Estimate | None) -> str:
        """From where to where; empty if that is not known."""
        if not has_interval(estimate):
            return ""
        low, high = (self.text(estimate[end]) for end in ("low", "high"))
        return f"{low} to {high}" if MINUS in low + high else f"{low}\N{EN DASH}{high}"

    def whole(self, estimate: Estimate | None) -> str:
        """A number and its interval, in one line."""
        interval = self.interval(estimate)
        return self.text((estimate or {}).get("value")) + (f" ({interval})" if interval else "")


def unit_of(values: Iterable[float | None], is_share: bool = False) -> Unit:
    """A unit in which the largest of these numbers has three digits; one after the point for per cents."""
    largest = max((abs(value) for value in values if value is not None), default=1.0)
    return Unit(1, True) if is_share else Unit(min(MOST_DIGITS, max(0, 2 - floor(log10(largest or 1.0)))))


def ends(estimates: Iterable[Estimate]) -> list[float]:
    """Every value, low and high of these that is known."""
    return [estimate[part] for estimate in estimates for part in PARTS if estimate.get(part) is not None]


def has_interval(estimate: Estimate | None) -> TypeGuard[Estimate]:
    """Whether both ends of an estimate's interval are known."""
    return estimate is not None and estimate.get("low") is not None and estimate.get("high") is not None


def exactly(value: float) -> Estimate:
    """A number that is known."""
    return dict.fromkeys(PARTS, value)


def is_above(x: Estimate | None, y: Estimate | None) -> bool:
    """Whether the whole interval of x lies above that of y."""
    return has_interval(x) and has_interval(y) and bool(x["low"] > y["high"])


def signed(text: str) -> str:
    """With a minus as long as a plus, and none before zero."""
    return (text.removeprefix("-") if not text.strip("-0.,%") else text).replace("-", MINUS)


def setting(value: Any) -> str:
    """The value of a setting, as short as it can be told."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
