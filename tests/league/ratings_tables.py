"""Tables of results that the tests of ratings share."""

from collections.abc import Iterable
from itertools import combinations

import numpy as np
from test_likelihood import HOME_LOST, HOME_WON

from league.ratings.results import Results

TEAMS = ("BAL", "BOS", "CLE", "DET", "MIL", "NY", "TOR")

# Davidson 1970, example 2: chocolate puddings; brands i and j, then how often i, j and neither was preferred
PUDDINGS = (
    ("1", "2", 19, 22, 16),
    ("1", "3", 16, 19, 12),
    ("2", "3", 19, 19, 10),
    ("1", "4", 18, 23, 13),
    ("2", "4", 23, 19, 9),
    ("3", "4", 19, 20, 15),
    ("1", "5", 13, 19, 18),
    ("2", "5", 16, 20, 12),
    ("3", "5", 16, 15, 17),
    ("4", "5", 17, 14, 16),
    ("1", "6", 18, 21, 12),
    ("2", "6", 22, 20, 12),
    ("3", "6", 13, 18, 10),
    ("4", "6", 14, 19, 18),
    ("5", "6", 11, 21, 12),
)


def counted(rows: Iterable[tuple[str, str, int, int, int]], favoured: int = 0) -> Results:
    """A table of (player, opponent, won, lost, drawn)."""
    games: list[tuple[str, str, float, int]] = []
    for player, opponent, won, lost, drawn in rows:
        for score, times in ((1.0, won), (0.0, lost), (0.5, drawn)):
            games += [(player, opponent, score, favoured)] * times
    return Results.of(games)


def baseball(with_home: bool) -> Results:
    """Agresti 2002, table 10.11."""
    pairs = [(i, j) for i in range(7) for j in range(7) if i != j]
    rows = [(TEAMS[i], TEAMS[j], int(HOME_WON[i, j]), int(HOME_LOST[i, j]), 0) for i, j in pairs]
    return counted(rows, favoured=int(with_home))


def four_teams() -> Results:
    """The example of Wikipedia's "Bradley-Terry model"."""
    return counted([("A", "B", 2, 3, 0), ("A", "D", 1, 4, 0), ("B", "C", 5, 3, 0), ("C", "D", 1, 3, 0)])


def skills(seed: int, players: int) -> np.ndarray:
    """Normal skills of mean zero."""
    skill = np.random.default_rng(seed).normal(0, 0.8, players)
    return np.asarray(skill - skill.mean())


def simulated(seed: int, players: int = 6, rounds: int = 20, draws: bool = True, advantage: float = 0.0) -> Results:
    """A round-robin of players with `skills(players, players)`, in random order, by Davidson's model."""
    rng, skill = np.random.default_rng(seed), skills(players, players)
    rows = []
    for i, j in rounds * list(combinations(range(players), 2)):
        z = int(rng.choice([-1, 1])) if advantage else 0
        eta = skill[i] - skill[j] + advantage * z
        weight = np.exp([eta / 2, -0.5 if draws else -np.inf, -eta / 2])
        rows.append((f"p{i}", f"p{j}", float(rng.choice([1.0, 0.5, 0.0], p=weight / weight.sum())), z))
    return Results.of([rows[k] for k in rng.permutation(len(rows))])
