"""Whether a likelihood has a maximum: by hand, and by letting a vanishing prior show it."""

import numpy as np
import pytest
from ratings_tables import counted, simulated

from league.fits.design import Design
from league.ratings.existence import _is_plainly_bounded, is_bounded, is_connected, undecided
from league.ratings.rao_kupper import fit
from league.ratings.results import Results


def test_who_hangs_together() -> None:
    cells = counted([("a", "b", 1, 1, 0), ("b", "c", 0, 0, 1), ("c", "d", 2, 0, 0)]).cells
    assert undecided(cells, 4).tolist() == [False, False, False, True]
    cycle = counted([("a", "b", 1, 0, 0), ("b", "c", 1, 0, 0), ("c", "a", 1, 0, 0)]).cells
    assert not undecided(cycle, 3).any()
    halves = counted([("a", "b", 1, 1, 0), ("c", "d", 1, 1, 0)]).cells
    assert undecided(halves, 4).all() and not is_connected(halves, 4) and is_connected(cells, 4)


def test_an_advantage_that_always_wins_is_unbounded() -> None:
    always = Results.of([("a", "b", 1, 1), ("b", "a", 1, 1)])
    assert not undecided(always.cells, 2).any() and not is_bounded(always.cells, 2, with_ties=False)
    once = Results.of([("a", "b", 1, 1), ("b", "a", 1, 1), ("b", "a", 1, -1), ("a", "b", 1, -1)])
    assert is_bounded(once.cells, 2, with_ties=False)


def test_ties_without_a_win_on_both_ends_are_unbounded() -> None:
    """One win and one draw: the stronger a is and the likelier ties are, the better."""
    cells = counted([("a", "b", 1, 0, 1)]).cells
    assert is_bounded(cells, 2, with_ties=False) and not is_bounded(cells, 2, with_ties=True)
    assert is_bounded(counted([("a", "b", 1, 1, 1)]).cells, 2, with_ties=True)


@pytest.mark.parametrize("seed", range(40))
def test_what_a_vanishing_prior_shows(seed: int) -> None:
    """Rao-Kupper fits with priors of 1e-4 and 1e-6 games: near a maximum they agree, else they drift apart."""
    rng = np.random.default_rng(seed)
    names = ("a", "b", "c")
    rows = []
    for _ in range(rng.integers(3, 9)):
        i, j = rng.permutation(3)[:2]
        rows.append((names[i], names[j], float(rng.choice([0, 0.5, 1])), int(rng.choice([-1, 1]))))
    table = Results.of(rows)
    cells, players = table.cells, len(table.names)
    exists = not undecided(cells, players).any() and is_bounded(cells, players, with_ties=True)
    design = Design.of_matchups(1 + cells.first, 1 + cells.second, 1 + players)
    design.values[:, 0] = cells.favoured
    alone = np.repeat(np.arange(1 + players)[:, None], 3, axis=1)
    columns, values = (
        np.concatenate([design.columns, alone]),
        np.concatenate([design.values, np.eye(3)[0 * alone[:, 0]]]),
    )
    found = []
    for prior in (1e-4, 1e-6):
        counts = np.concatenate([cells.counts, np.tile([prior / 2, 0, prior / 2], (1 + players, 1))])
        best = fit(Design(columns, values, 1 + players), counts)
        found.append(np.append(best.theta, best.threshold))
    assert (np.abs(found[0] - found[1]).max() < 0.5) == exists


@pytest.mark.parametrize("advantage", [0.0, 0.3])
def test_the_quick_proof_agrees_with_the_programme(advantage: float, monkeypatch: pytest.MonkeyPatch) -> None:
    cells = simulated(1, advantage=advantage).cells
    assert _is_plainly_bounded(cells, 6)
    monkeypatch.setattr("league.ratings.existence._is_plainly_bounded", lambda *_: False)
    assert is_bounded(cells, 6, with_ties=True)
