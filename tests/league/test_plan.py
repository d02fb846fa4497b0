"""Plans of tournaments: what a ledger holds of them, and their rules."""

from typing import Any

import pytest

from arena.errors import ArenaError
from league.plan import Plan, check_rules


@pytest.mark.parametrize(
    "plan",
    [
        Plan(),
        Plan("mixed-seats"),
        Plan("gauntlet", 1, {"challengers": 3}),
        Plan("swiss", 20, {"rounds": 9, "single_sided": True}),
        Plan("adaptive", 10, {"virtual": 1.5, "cap": 90}),
    ],
)
def test_a_plan_is_what_its_ledger_says(plan: Plan) -> None:
    assert Plan.of({"scenario": "x", **plan.entry}) == plan


def test_a_round_robin_says_nothing_and_what_may_grow_no_pairs() -> None:
    assert Plan(pairs=200).entry == {} and Plan("mixed-seats", 7).entry == {"format": {"name": "mixed-seats"}}
    assert Plan("knockout", 7).entry == {"format": {"name": "knockout", "pairs": 7}}


@pytest.mark.parametrize(
    "said",
    [3, {}, {"name": "swis"}, {"name": "swiss", "pairs": 0}, {"name": "swiss", "pairs": "9"}, {"name": ["swiss"]},
     {"name": "swiss", "rules": 4}, {"name": "swiss", "rules": {"rounds": "4"}}],
)  # fmt: skip
def test_a_damaged_plan_is_told(said: Any) -> None:
    with pytest.raises(ArenaError, match=r"there is no format|damaged format|the rule rounds"):
        Plan.of({"format": said})


@pytest.mark.parametrize(
    ("form", "rules", "message"),
    [
        ("swiss", {"round": 4}, "swiss has no rule 'round'; did you mean 'rounds'"),
        ("swiss", {"pairs": 4}, "swiss has no rule 'pairs'"),
        ("knockout", {"rounds": 4}, "knockout has no rule 'rounds'; leave it out"),
        ("round-robin", {"rounds": 4}, "round-robin has no rule 'rounds'; leave it out"),
        ("swiss", {"rounds": 2.5}, "the rule rounds of swiss is a whole number above 0, not 2.5"),
        ("swiss", {"rounds": True}, "a whole number above 0, not True"),
        ("swiss", {"rounds": -1}, "a whole number above 0, not -1"),
        ("swiss", {"single_sided": 1}, "true or false, not 1"),
        ("swiss", {"single_sided": False}, "is the rule of swiss anyway; leave it out"),
        ("gauntlet", {"challengers": 1}, "is the rule of gauntlet anyway"),
        ("adaptive", {"virtual": float("nan")}, "a number above 0, not nan"),
        ("adaptive", {"virtual": "x"}, "a number above 0, not 'x'"),
    ],
)
def test_rules_are_known_typed_and_change_something(form: str, rules: dict[str, Any], message: str) -> None:
    with pytest.raises(ArenaError, match=message):
        check_rules(form, rules)
    check_rules("swiss", {"rounds": 4, "single_sided": True})
    check_rules("adaptive", {"virtual": 2})
