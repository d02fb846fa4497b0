"""Settings of the actor-critics that contradict each other or the game, and their defaults."""

from dataclasses import replace

import pytest
from stacks import SPEC

from agents.actor_critic.learner import ActorCritic
from agents.training.learner import Spec
from agents.training.settings import find_learner
from arena.errors import ArenaError
from arena.game import Head

RANGES = Spec((4, 4), 4, 2, ((Head(0, 2, True),),) * 2)
APART = replace(SPEC, sides=(0, 1, 2))


@pytest.mark.parametrize(
    ("spec", "settings", "message"),
    [
        (SPEC, {"explore": "ou"}, "explore=ou is noise on ranges, and here there are none"),
        (SPEC, {"noise": 0.2}, "noise=0.2 is noise on ranges, and here there are none"),
        (SPEC, {"noise_end": 0.5}, "noise_end=0.5 is noise on ranges, and here there are none"),
        (RANGES, {"smoothing": 0.1, "smoothing_clip": 0.0}, "smoothing_clip=0 cuts off all smoothing"),
        (SPEC, {"view": "own", "others": "current"}, "others=current is for critics that read others"),
        (APART, {"view": "team", "others": "current"}, "others=current is for critics that read others"),
        (SPEC, {"view": "own", "inferred": True}, "inferred=true is for critics that read others"),
        (APART, {"view": "team", "inferred": True}, "inferred=true is for critics that read others"),
        (replace(APART, mine=(1,)), {"others": "current"}, "others who learn with them; here none does"),
        (SPEC, {"others": "current", "inferred": True}, "leave out others=current"),
        (SPEC, {"ensemble": 2, "inferred": True}, "leave out ensemble"),
        (SPEC, {"ensemble": 2, "others": "current"}, "leave out others=current"),
    ],
)
def test_contradictions_are_refused_in_one_line(spec, settings, message, rng):
    with pytest.raises(ArenaError, match=message) as caught:
        ActorCritic(hidden=(4,), **settings).init(spec, 1, rng)
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 120


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"critics": 3}, "critics cannot be 3"),
        ({"critics": 0}, "critics cannot be 0"),
        ({"delay": 0}, "delay cannot be 0"),
        ({"ensemble": 101}, "ensemble cannot be 101"),
        ({"view": "none"}, "view cannot be 'none'; choose all or team or own"),
        ({"explore": "pink"}, "choose gaussian or ou"),
        ({"others": "past"}, "choose recorded or current"),
        ({"theta": 1.5}, "theta cannot be 1.5"),
        ({"noise_end": 2}, "noise_end cannot be 2"),
        ({"smoothing": -0.1}, "smoothing cannot be -0.1"),
    ],
)
def test_values_out_of_range_are_refused(settings, message):
    with pytest.raises(ArenaError, match=message):
        find_learner("maddpg", "fast", settings)


def test_what_is_published_is_the_default_and_the_rest_is_off():
    for learner in (find_learner("maddpg", "paper"), replace(find_learner("ddpg", "paper"), view="all")):
        assert learner == ActorCritic()
        assert (learner.view, learner.others, learner.explore) == ("all", "recorded", "gaussian")
        assert (learner.critics, learner.delay, learner.smoothing, learner.ensemble) == (1, 1, 0.0, 1)
        assert not learner.shared and not learner.inferred and learner.noise_end == 1.0
        assert learner.theta == 0.15  # of Lillicrap et al.
    assert ActorCritic(explore="ou", ensemble=2).memory_width(RANGES) == 3
    assert ActorCritic().memory_width(RANGES) == 0
