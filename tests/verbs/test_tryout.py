"""What is broken is told before it joins."""

from pathlib import Path

import numpy as np
import pytest

from arena.catalog import load_game
from arena.cli import main
from arena.errors import ArenaError
from arena.player import Player
from arena.verbs.parts import entries
from arena.verbs.parts.tryout import try_out

GAME = load_game("simple_adversary")
BOTH = ("adversary", "good")


class Broken:
    """A policy that goes wrong in one seat, at some step."""

    memory_width = 0

    def __init__(self, seat: int = 0, step: int = 99, answer: object = None):
        self.seat, self.step, self.answer = seat, step, answer
        self.seen: set[int] = set()

    def act(self, seat: int, obs: np.ndarray, memory: np.ndarray, stream: np.ndarray, step: int) -> np.ndarray:
        self.seen.add(seat)
        if (seat, step) == (self.seat, self.step):
            if self.answer is None:
                raise ValueError("lost its way")
            return np.broadcast_to(self.answer, (len(obs), GAME.action_width)).astype(np.float32)
        return np.zeros((len(obs), GAME.action_width), np.float32)


def player(name: str, policy: Broken, sides: tuple[str, ...] = BOTH) -> Player:
    return Player(name, f"{name:x<64}", policy, sides)


def test_a_player_is_tried_in_every_seat_that_it_can_hold() -> None:
    whole, good = Broken(), Broken()
    try_out([player("whole", whole), player("good", good, ("good",))], GAME)
    assert whole.seen == {0, 1, 2} and good.seen == {1, 2}
    try_out([], GAME)


@pytest.mark.parametrize(
    ("policy", "message"),
    [
        (Broken(2, 7), "bad is broken: as agent_1 it gave ValueError: lost its way; leave it out"),
        (Broken(0, 0, np.nan), "bad is broken: as adversary_0 it gave an action of the wrong shape, not finite"),
        (Broken(1, 24, 2.0), "bad is broken: as agent_0 it gave an action of the wrong shape, not finite"),
    ],
)
def test_what_is_broken_is_told_by_name_seat_and_fault(policy: Broken, message: str) -> None:
    with pytest.raises(ArenaError, match=message):
        try_out([player("fine", Broken()), player("bad", policy)], GAME)


def test_who_is_broken_does_not_enter(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    load = entries.Entry.load
    bad = player("greedy", Broken(1, 3))
    monkeypatch.setattr(entries.Entry, "load", lambda self, game: bad if self.name == "greedy" else load(self, game))
    words = ["tournament", "random", "greedy", "--scenario", "simple_adversary", "--pairs", "2", "--out"]
    assert main([*words, str(tmp_path / "l")]) == 2
    assert "greedy is broken: as agent_0 it gave ValueError: lost its way" in capsys.readouterr().err
    assert not (tmp_path / "l").exists()
