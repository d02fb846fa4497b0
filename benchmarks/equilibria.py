"""Leagues on games in normal form whose equilibria are known: rock, paper, scissors, matching pennies, a biased RPS.

The league is PSRO over DQN: its mix is the equilibrium of all players that it has frozen. Rows: the largest
difference of a word's probability in that mix from the equilibrium, of both sides. Beside it naive self-play, which
cycles: how often, in as many periods, its members come back to a word that they had left; at rest it would be never.

Source: benchmarks/games/matrix_game.py for the games and their equilibria.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from arena.player import Player
from arena.verbs.exploiting.target import find_targets
from arena.verbs.leagues.train import Options
from arena.verbs.season.founding import Founded, found
from benchmarks.measure import calibration, row
from league.seasons import season as seasons
from league.seasons.roster import Season

GAME = str(Path(__file__).parent / "games" / "matrix_game.py")
GAMES = {"rock, paper, scissors": (3, 1.0), "matching pennies": (2, 1.0), "biased RPS, rock counts double": (3, 2.0)}
SETTING = ("warmup=100", "replay=4000", "lr_end=1")
SEEDS, PERIODS, STEPS, DRAWS = 3, 20, 80_000, 400


def rows() -> Iterator[dict[str, Any]]:
    """The rows of the benchmark."""
    yield calibration()
    for name, (words, bias) in GAMES.items():
        known = np.array([1, bias, 1] if words == 3 else [1, 1]) / (2 + bias if words == 3 else 2)
        worst = max(distance(words, bias, known, seed) for seed in range(SEEDS))
        yield row(f"{name}: mix of the league, worst of {SEEDS} seeds", worst, "probability", "lower", None, 0.05)
    for name, (words, bias) in GAMES.items():
        found = min(cycles(words, bias, seed) for seed in range(SEEDS))
        what = f"{name}: naive self-play comes back to a word, fewest of {SEEDS} seeds"
        yield row(what, found, "times", "higher", None, 1)


def distance(words: int, bias: float, known: np.ndarray, seed: int) -> float:
    """How far the mix of a league is from the equilibrium."""
    with tempfile.TemporaryDirectory() as folder:
        league = founded(Path(folder) / "league", "psro", words, bias, seed, ("every=1", "newcomer=400"))
        for _ in grown(league):
            pass
        targets = find_targets(str(league.folder.path), "", league.game).items()
        mixes = [
            sum(c * said(player, side, league) for player, c in zip(target.players, target.chances, strict=True))
            for side, target in targets
        ]
    return float(max(np.abs(mix - known).max() for mix in mixes))


def cycles(words: int, bias: float, seed: int) -> int:
    """How often a member of naive self-play comes back to a word that it had left, the fewer of the two."""
    with tempfile.TemporaryDirectory() as folder:
        league = founded(Path(folder) / "league", "naive", words, bias, seed, ())
        words_of: dict[str, list[int]] = {side: [] for side in league.game.sides}
        for season in grown(league):
            for member in season.members:
                player = league.coach.player(member.seen[-1])
                words_of[member.side].append(int(said(player, member.side, league).argmax()))
    return min(comebacks(each) for each in words_of.values())


def comebacks(words: list[int]) -> int:
    """How often a word follows another and was there before."""
    turns = [k for k in range(1, len(words)) if words[k] != words[k - 1]]
    return sum(words[k] in words[:k] for k in turns)


def founded(path: Path, preset: str, words: int, bias: float, seed: int, rules: tuple[str, ...]) -> Founded:
    """A league on one of the games."""
    option = (f"words={words}", f"bias={bias}", "max_cycles=1")
    sizes = {"steps": STEPS, "periods": PERIODS, "seed": seed}
    return found(Options(GAME, preset, algo="dqn", option=option, setting=SETTING, rule=rules, out=str(path), **sizes))


def grown(league: Founded) -> Iterator[Season]:
    """The league, period by period."""
    with league.opened({"scenario": GAME}, resume=False) as ledger:
        for season in seasons.run(league.season, league.plan, ledger, league.coach, league.play):
            league.commit(season)
            yield season


def said(player: Player, side: str, league: Founded) -> np.ndarray:
    """How often a player says each word."""
    seat = league.game.sides[side][0]
    obs = np.ones((DRAWS, league.game.observation_width), np.float32)
    memory = np.zeros((DRAWS, player.policy.memory_width), np.float32)
    action = player.policy.act(seat, obs, memory, np.arange(DRAWS).astype(np.uint64), 0)
    (head,) = league.game.seats[seat].heads
    start, width, _ = head
    return np.asarray(action[:, start : start + width].mean(0))
