"""What a league costs beside plain training, and how large it may be.

Overhead: seconds of a league of one member a side on simple_tag (opponents played, matchmaking, judging with 5 % of
the steps, saving) beside those of the same updates without any of it: each side trained alone, against players that
do nothing, in as many worlds. The two alternate, and medians are taken; compilation is not counted, one thread.

Size: 30 members (15 a side) and 300 frozen players with two hidden layers of 64. Rows: the most memory that the
process has had, and what a world that begins a game waits for its opponent: the chances of all members and the draws
of a round, over the number of games that begin in it.
"""

import resource
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from agents.policies.neural import NeuralPolicy
from agents.training.held import Held
from agents.training.loop import Training
from agents.training.settings import find_learner
from arena.draw import seed_of
from arena.player import Player
from arena.scenario import load
from arena.verbs.leagues.train import Options
from arena.verbs.season.founding import Founded, found
from benchmarks.measure import calibration, paired, row
from benchmarks.tournament import weights
from league.seasons import season as seasons
from league.seasons.roster import Frozen, Season

SCENARIO, STEPS, PERIODS = "simple_tag", 200_000, 8
MEMBERS, FROZEN, ROUNDS = 30, 300, 4


def rows() -> Iterator[dict[str, Any]]:
    """The rows of the benchmark."""
    torch.set_num_threads(1)
    yield calibration()
    ours, plain = paired(league, alone, rounds=3)
    yield row(f"{SCENARIO}, league of {STEPS:,} steps beside plain training", ours, "s", "lower", plain, 1.25, True)
    yield from large()


def league() -> None:
    """A league from beginning to end."""
    with tempfile.TemporaryDirectory() as folder:
        grow(found(Options(SCENARIO, "pfsp", steps=STEPS, periods=PERIODS, out=str(Path(folder) / "league"))))


def grow(founded: Founded) -> None:
    """Trains a league to its end, written down period by period."""
    with founded.opened({"scenario": SCENARIO}, resume=False) as ledger:
        for season in seasons.run(founded.season, founded.plan, ledger, founded.coach, founded.play):
            founded.commit(season)


class Idle:
    """Does nothing."""

    memory_width = 0

    def __init__(self, width: int) -> None:
        self.width = width

    def act(self, seat: int, obs: np.ndarray, memory: np.ndarray, stream: np.ndarray, step: int) -> np.ndarray:
        """See arena.player.Policy."""
        return np.zeros((len(obs), self.width), np.float32)


def alone() -> None:
    """Each side trained as often as in the league, by itself."""
    game = load(SCENARIO)
    for side in game.sides:
        rival = next(other for other in game.sides if other != side)
        idle = Player("idle", "idle", Idle(game.action_width), tuple(game.sides))
        holders = {side: find_learner("maddpg"), rival: Held.by(idle, game.action_width)}
        training = Training(game, holders, steps=STEPS // 2, worlds=game.train_worlds, seed=seed_of(side))
        for _ in training.run(STEPS // 2):
            pass


def large() -> Iterator[dict[str, Any]]:
    """The rows of a large league."""
    game = load(SCENARIO)
    roles = ",".join(["pfsp"] * (MEMBERS // 2))
    periods = 1000  # so many that memories are as large as they may be
    steps = MEMBERS * game.train_worlds * game.cycles * ROUNDS * periods
    with tempfile.TemporaryDirectory() as folder:
        where = str(Path(folder) / "league")
        founded = found(Options(SCENARIO, "pfsp", roles=roles, steps=steps, periods=periods, out=where))
        for training in founded.coach.population.trainings.values():
            training.replay.rows.zero_()  # as in a league that has played for long
        with founded.opened({"scenario": SCENARIO}, resume=False) as ledger:
            season = seasons.opened(founded.season, founded.plan, ledger, founded.coach, founded.play)
            season = with_strangers(season, founded)
            started = time.perf_counter()
            known = seasons.known(season, founded.plan, ledger)
            chances = {member.name: seasons.chances_of(known, member) for member in season.members}
            deciding = time.perf_counter() - started
            founded.coach.train(season, chances)
    population = founded.coach.population
    started = time.perf_counter()
    for side in game.sides:
        part = population.held(side)
        part.learner.drawn(part.stack)
    drawing = time.perf_counter() - started
    resets = MEMBERS * game.train_worlds
    per_reset = 1e3 * (deciding / ROUNDS + drawing) / resets
    what = f"{MEMBERS} members, {FROZEN} frozen players"
    yield row(f"{what}: matchmaking for a world that begins a game", per_reset, "ms", "lower", None, 1)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    yield row(f"{what}: most memory of the process", memory, "GiB", "lower", None, 4)
    held = sum(training.replay.rows.nbytes for training in population.trainings.values()) / 2**30
    yield row(f"{what}: of it past play, shared out", held, "GiB", "lower", None, None)


def with_strangers(season: Season, founded: Founded) -> Season:
    """The season with as many frozen players as are wanted, of networks that nobody trained."""
    game, rng = founded.game, np.random.default_rng(0)
    frozen = list(season.frozen)
    for k in range(FROZEN - len(frozen)):
        side = list(game.sides)[k % 2]
        policy = NeuralPolicy.of(weights(rng, game), normed=True, head="soft", act_rule="sample", game=game)
        founded.coach.players[f"stranger {k}"] = Player(f"stranger {k}", f"stranger {k}", policy, (side,))
        frozen.append(Frozen(f"stranger {k}", f"{side}/pfsp", side, "pfsp", 0, "", "for its weight"))
    return replace(season, frozen=tuple(frozen))
