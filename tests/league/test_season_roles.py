"""Against whom members train, and when they are frozen: the rules of the roles by hand."""

import numpy as np
import pytest

from arena.errors import ArenaError
from arena.scenario import load
from league.seasons.catalog import PRESETS, check_roles, find_preset, find_role, members_of, roles
from league.seasons.pfsp import WEIGHTS, prioritized
from league.seasons.roles.main import without_monotone_suffix
from league.seasons.roster import Frozen, Member
from league.seasons.rules import Rules
from league.seasons.view import View

RIVALS = (Member("good/main", "good", "main"), Member("good/main_exploiter", "good", "main_exploiter"))


def past(*roles_of: str) -> tuple[Frozen, ...]:
    return tuple(Frozen(f"h{k}", f"good/{role}", "good", role, k, "", "") for k, role in enumerate(roles_of))


def view(role: str, win: list[float], frozen=(), periods: int = 1, mixture=None) -> View:
    member = Member(f"adversary/{role}", "adversary", role, seen=("x",) * periods)
    mixture = np.zeros(len(frozen)) if mixture is None else np.array(mixture)
    return View(member, RIVALS, frozen, np.array(win), np.full(len(win), 8.0), mixture)


def chances(role: str, *args, rules: Rules | None = None, **more) -> np.ndarray:
    return find_role(role).chances(view(role, *args, **more), rules or Rules())


def test_prioritized_chances_by_hand():
    win = np.array([0.0, 0.5, 1.0])
    assert np.allclose(prioritized(win, "hard"), [0.8, 0.2, 0])
    assert np.allclose(prioritized(win, "variance"), [0, 1, 0])
    assert np.allclose(prioritized(win, "linear"), [2 / 3, 1 / 3, 0])
    assert np.allclose(prioritized(win, "capped"), [0.5, 0.5, 0])


@pytest.mark.parametrize("weight", WEIGHTS)
@pytest.mark.parametrize("win", [[1.0, 1.0], [0.0, 0.0], [], [0.3]])
def test_chances_are_never_nan(weight, win):
    found = prioritized(np.array(win), weight)
    assert len(found) == len(win) and np.isfinite(found).all() and (not win or np.isclose(found.sum(), 1))


def test_naive_and_fictitious():
    assert np.allclose(chances("naive", [0.1, 0.9, 0.5], past("main")), [0.5, 0.5, 0])
    assert np.allclose(chances("fictitious", [0.1, 0.9, 0.5, 1], past("main", "main")), [0, 0, 0.5, 0.5])
    assert np.allclose(chances("fictitious", [0.1, 0.9]), [0.5, 0.5])


def test_pfsp_shares_its_games_between_the_present_and_the_past():
    found = chances("pfsp", [0.1, 0.9, 0.0, 0.5], past("main", "main"), rules=Rules(latest=0.4))
    assert np.allclose(found, [0.2, 0.2, 0.6 * 0.8, 0.6 * 0.2])


def test_the_oracle_answers_the_equilibrium():
    found = chances("oracle", [0.5] * 5, past("main", "main", "main"), mixture=[0.25, 0.75, 0])
    assert np.allclose(found, [0, 0, 0.25, 0.75, 0])


def test_a_main_that_holds_its_own():
    """Half for the hardest of the past; self-play and, with nothing forgotten, verification for the rival main."""
    found = chances("main", [0.4, 0.9, 0.8, 0.8], past("main", "league_exploiter"))
    assert np.allclose(found, [0.5, 0, 0.25, 0.25])


def test_a_main_that_is_far_behind_plays_the_rivals_history_instead():
    found = chances("main", [0.2, 0.9, 0.5, 0.9, 0.9], past("main", "main", "league_exploiter"))
    hard = prioritized(np.array([0.5, 0.9, 0.9]), "hard")
    even = prioritized(np.array([0.5, 0.9]), "variance")
    forgotten = np.array([0, 0, 0, 0, 0.0])  # each main of the past is easier than the one before it: none is forgotten
    expected = np.concatenate([[0, 0], 0.5 * hard]) + forgotten
    expected[2:4] += 0.5 * even
    assert without_monotone_suffix(np.array([0.5, 0.9])) == 2
    old = prioritized(np.array([0.5, 0.9]), "hard")  # 0.5 is below 0.7: it has to be checked
    expected[2:4] += 0.15 * (old - even)
    assert np.allclose(found, expected) and np.isclose(found.sum(), 1)


def test_a_main_verifies_against_exploiters_that_beat_it():
    found = chances("main", [0.5, 0.5, 0.9, 0.1, 0.25], past("main", "main_exploiter", "main_exploiter"))
    hard = prioritized(np.array([0.9, 0.1, 0.25]), "hard")
    checked = prioritized(np.array([0.1, 0.25]), "hard")
    assert np.allclose(found, [0.35, 0, *(0.5 * hard + 0.15 * np.array([0, *checked]))])


@pytest.mark.parametrize(
    ("win", "kept"), [([], 0), ([0.5], 0), ([0.9, 0.8, 0.7], 0), ([0.7, 0.8, 0.9], 3), ([0.5, 0.9, 0.8, 0.7], 2)]
)
def test_the_monotone_suffix_is_left_out(win, kept):
    assert without_monotone_suffix(np.array(win)) == kept


def test_a_main_exploiter_meets_mains_only_and_their_history_where_it_is_hopeless():
    assert np.allclose(chances("main_exploiter", [0.2, 0.9, 0.9], past("main")), [1, 0, 0])
    assert np.allclose(chances("main_exploiter", [0.05, 0.9, 0.5, 0.5], past("main", "naive")), [0, 0, 1, 0])
    assert np.allclose(chances("main_exploiter", [0.05, 0.9]), [1, 0])


def test_a_league_exploiter_meets_all_that_is_frozen():
    assert np.allclose(chances("league_exploiter", [0, 0, 0.2, 0.75], past("main", "naive")), [0, 0, 2 / 3, 1 / 3])


@pytest.mark.parametrize(
    ("role", "win", "periods", "why"),
    [
        ("main", [0, 0, 0.8, 0.75], 2, "beat all by 0.7"),
        ("main", [0, 0, 0.8, 0.65], 2, ""),
        ("main", [0, 0, 0.8, 0.75], 1, ""),
        ("main", [0, 0, 0.0, 0.0], 8, "after 8 periods"),
        ("main_exploiter", [0.75, 0, 0, 0], 2, "beat the mains by 0.7"),
        ("main_exploiter", [0.65, 1, 1, 1], 2, ""),
        ("league_exploiter", [0, 0, 0.8, 0.75], 2, "beat all by 0.7"),
        ("pfsp", [1, 1, 1, 1], 3, ""),
        ("naive", [0, 0, 0, 0], 4, "every 4 periods"),
    ],
)
def test_who_is_frozen(role, win, periods, why):
    assert find_role(role).due(view(role, win, past("main", "naive"), periods), Rules()) == why


def test_who_starts_anew():
    shares = {role: find_role(role).restarts(view(role, [0, 0]), Rules()) for role in roles()}
    assert shares.pop("main_exploiter") == 1 and shares.pop("league_exploiter") == 0.25 and set(shares.values()) == {0}


@pytest.mark.parametrize(
    "role", ["main", "main_exploiter", "league_exploiter", "pfsp", "naive", "fictitious", "oracle"]
)
@pytest.mark.parametrize("win", [0.0, 0.5, 1.0])
def test_chances_sum_to_one_whatever_there_is(role, win):
    for frozen in ((), past("main"), past("main", "main_exploiter", "main", "naive")):
        mixture = np.full(len(frozen), 1 / max(1, len(frozen)))
        found = chances(role, [win] * (2 + len(frozen)), frozen, mixture=mixture)
        assert found.shape == (2 + len(frozen),) and (found >= 0).all() and np.isclose(found.sum(), 1)


def test_presets_and_roles_are_found_by_name():
    assert set(roles()) == {role for preset in PRESETS.values() for role in preset.roles}
    with pytest.raises(ArenaError, match=r"no league preset 'alfastar'.*alphastar"):
        find_preset("alfastar")
    with pytest.raises(ArenaError, match=r"no role 'mian'.*main"):
        check_roles(["mian"], load("simple_tag"))
    with pytest.raises(ArenaError, match="simple_spread has one side, and pfsp is no role for that: there are soloist"):
        check_roles(["soloist", "pfsp"], load("simple_spread"))
    with pytest.raises(ArenaError, match="simple_tag has 2 sides, and partner is no role for that: there are fict"):
        check_roles(["pfsp", "partner"], load("simple_tag"))
    twice = members_of(["good"], {"good": ["main", "main"]})
    assert [member.name for member in twice] == ["good/main", "good/main-2"]
