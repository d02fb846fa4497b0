"""The sequential probability ratio test of two Elo differences: whether to go on playing, or what to believe.

H0 says that the difference is elo0 and H1 that it is elo1, with errors of at most alpha and beta. What is compared is
how likely the scores are under the likeliest distributions that obey H0 and H1, on the scale of

    logistic      Elo: the mean of the scores is 1 / (1 + 10 ** (-elo / 400))
    normalized    nElo: the t-value of the scores, (mean - 1/2) / deviation, is elo ln 10 / 800 for each single game

Source: Wald 1945, "Sequential tests of statistical hypotheses", for the bounds; Van den Bergh, "MLE for multinomial
distributions", proposition 1.1, and "Normalized Elo in practice", section 4.1, for the distributions; fishtest,
server/fishtest/stats/LLRcalc.py.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy.optimize import brentq

from league.pairs.pentanomial import NELO, Scores, scores_of

SCALES = ("logistic", "normalized")
MOST_ELO = 200.0  # a difference that can be tested: beyond, the shares of a t-value need not be found
MOST_STEPS = 100
CLOSE = 1e-12


class Sprt(NamedTuple):
    """A test of elo0 against elo1 on a scale."""

    scale: str
    elo0: float
    elo1: float
    alpha: float = 0.05
    beta: float = 0.05

    @property
    def bounds(self) -> "Bounds":
        """Where it ends."""
        return bounds(self.alpha, self.beta)

    def ratio(self, counts: Sequence[float] | np.ndarray) -> float:
        """The log-likelihood ratio of five or three counts."""
        return log_likelihood_ratio(counts, self.scale, self.elo0, self.elo1)

    def verdict(self, counts: Sequence[float] | np.ndarray) -> str:
        """accept H0, accept H1 or continue."""
        return verdict(self.ratio(counts), self.bounds)


class Bounds(NamedTuple):
    """H0 is accepted at or below `lower`, H1 at or above `upper`."""

    lower: float
    upper: float


def bounds(alpha: float = 0.05, beta: float = 0.05) -> Bounds:
    """Of the log-likelihood ratio; alpha is the risk of accepting H1 under H0, beta that of H0 under H1."""
    return Bounds(float(np.log(beta / (1 - alpha))), float(np.log((1 - beta) / alpha)))


def verdict(ratio: float, within: Bounds) -> str:
    """accept H0, accept H1 or continue."""
    if ratio <= within.lower:
        return "accept H0"
    return "accept H1" if ratio >= within.upper else "continue"


def log_likelihood_ratio(counts: Sequence[float] | np.ndarray, scale: str, elo0: float, elo1: float) -> float:
    """How much likelier H1 makes the scores than H0; five counts of pairs (LL to WW), or three of games (L, D, W)."""
    scores = scores_of(counts)
    if scale == "logistic":
        null, other = (likeliest_with_mean(scores, 1 / (1 + 10 ** (-elo / 400))) for elo in (elo0, elo1))
    elif scale == "normalized":
        null, other = (likeliest_with_t(scores, elo / NELO * np.sqrt(scores.games)) for elo in (elo0, elo1))
    else:
        raise ValueError(f"there is no scale {scale!r}; known: {', '.join(SCALES)}")
    return float(scores.number * (scores.share @ (np.log(other) - np.log(null))))


def likeliest_with_mean(scores: Scores, mean: float) -> np.ndarray:
    """The shares [K] with this mean under which the scores are likeliest."""
    return _tilted(scores.share, scores.score - mean)


def likeliest_with_t(scores: Scores, t: float) -> np.ndarray:
    """The shares [K] with (mean - 1/2) / deviation = t under which the scores are likeliest.

    To first order around some shares, their t-value is a mean; each step takes the likeliest shares with that mean.
    """
    shares = np.full(len(scores.score), 1 / len(scores.score))
    for _ in range(MOST_STEPS):
        before = shares
        mean = shares @ scores.score
        deviation = np.sqrt(shares @ (scores.score - mean) ** 2)
        bent = deviation * (1 + ((scores.score - mean) / deviation) ** 2) / 2
        shares = _tilted(scores.share, scores.score - 0.5 - t * bent)
        if np.abs(shares - before).max() < CLOSE:
            break
    return shares


def _tilted(share: np.ndarray, value: np.ndarray) -> np.ndarray:
    """share / (1 + x value), with x such that the mean of value becomes zero: the root of the secular equation."""
    least, most = value.argmin(), value.argmax()
    # at either end one share has become 1, so the root is between them
    low, high = (share[most] - 1) / value[most], (share[least] - 1) / value[least]
    x = brentq(lambda x: float((share * value / (1 + x * value)).sum()), low, high, xtol=1e-15)
    return np.asarray(share / (1 + x * value))
