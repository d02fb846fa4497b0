"""Estimates as results.json holds them."""

from typing import Any

import numpy as np

from league.fits.resample import Estimate


def told(estimate: Estimate | None, **more: Any) -> dict[str, Any] | None:
    """A number with its interval; None, within it or for all of it, where nothing is known."""
    if estimate is None:
        return None
    ends = {"value": estimate.value, "low": estimate.low, "high": estimate.high}
    return {name: number(end) for name, end in ends.items()} | more


def number(value: Any) -> float | None:
    """A number for JSON; None if it is not known."""
    return float(value) if np.isfinite(value) else None
