"""The variance that common seeds save: pairs with the sides swapped, and rivals against one opponent.

A pair is two legs of A against B from one world, the sides swapped; beside it (`against`) two legs from two worlds. A
comparison is two legs, of A and of B, against the same opponent from one world; beside it from two. What varies
over worlds is the sum of the two legs, or their difference: by points (1 won, 0 drawn, -1 lost) and by margin (own
return less the other's). The ratio is the share of legs that is needed for an interval of the same length; above 1
common seeds cost.

Both numbers come from the same legs: two legs from different worlds have the sum of their variances. Players are
scripted, and two members of one short training run (MADDPG).
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from arena.game import DRAW, Game
from arena.games import Games, world_seeds
from arena.player import Player
from arena.playing import play
from arena.scenario import load
from benchmarks.measure import calibration, row
from league.schedules.round_robin import round_robin

WORLDS = 4000
SCRIPTED = {
    "simple_adversary": (("greedy", "deceptive"), ("greedy", "guess"), ("greedy", "random")),
    "simple_tag": (("greedy", "random"),),
}
TRAIN_STEPS = 60_000
ByLineup = dict[tuple[int, int], np.ndarray]


def rows() -> Iterator[dict[str, Any]]:
    """The rows of the benchmark."""
    yield calibration()
    for name, pairs in SCRIPTED.items():
        game = load(name)
        for words in pairs:
            yield from of_players(game, words, scripted(game, words))
        with tempfile.TemporaryDirectory() as folder:
            yield from of_players(game, ("neural 0", "neural 1"), trained(game, Path(folder) / "run"))


def of_players(game: Game, names: tuple[str, str], players: list[Player]) -> Iterator[dict[str, Any]]:
    """The variance of pairs, and of comparisons against each of the two by the other and a random player."""
    points, margin = legs_of(game, [*players, *scripted(game, ("random",))])
    for measure, legs in (("points", points), ("margin", margin)):
        one, two = legs[0, 1], legs[1, 0]  # of the first player, as the first side and as the second
        what = f"{game.name}, {names[0]} - {names[1]}"
        yield saved(f"{what}: pair, {measure}", one, two, 1)
        if names[1] != "random":
            yield saved(f"{what}: against random, {measure}", legs[0, 2], legs[1, 2], -1)


def saved(name: str, one: np.ndarray, other: np.ndarray, sign: int) -> dict[str, Any]:
    """The variance of the sum or the difference of two legs from one world, beside that from two worlds."""
    return row(name, float(np.var(one + sign * other)), "", "lower", float(np.var(one) + np.var(other)), None)


def legs_of(game: Game, players: list[Player]) -> tuple[ByLineup, ByLineup]:
    """The points and the margins of every line-up (first side, second side) from each world [WORLDS].

    All are seen by the player of the lower number.
    """
    own = {player.hash: player for player in players}
    schedule = round_robin(game, [*own], world_seeds(0, game, WORLDS), {h: p.sides for h, p in own.items()})
    games, _ = play(schedule, own, game)
    return by_lineup(games, game, points_of(games)), by_lineup(games, game, games.score[:, 0] - games.score[:, 1])


def points_of(games: Games) -> np.ndarray:
    """1, 0 or -1 of the first side."""
    return np.where(games.winner == DRAW, 0.0, np.where(games.winner == 0, 1.0, -1.0))


def by_lineup(games: Games, game: Game, value: np.ndarray) -> ByLineup:
    """The values of each line-up in the order of the worlds, all seen by the player of the lower number."""
    first, second = (games.player[:, seats[0]] for seats in game.sides.values())
    found = {}
    for i, j in {(int(i), int(j)) for i, j in zip(first, second, strict=True)}:
        legs = np.flatnonzero((first == i) & (second == j))
        found[i, j] = (1.0 if i < j else -1.0) * value[legs].astype(np.float64)
    return found


def scripted(game: Game, words: tuple[str, ...]) -> list[Player]:
    """Scripted players by name."""
    from agents.policies.scripted import scripted_player

    return [scripted_player(game, word) for word in words]


def trained(game: Game, folder: Path) -> list[Player]:
    """The last checkpoints of two members that were trained together for a short time."""
    from arena.report import result_of
    from arena.verbs.parts.entries import find_entries, load_players
    from arena.verbs.train import Options, run

    result_of(run(Options(game.name, steps=TRAIN_STEPS, seeds=2, saves=1, out=str(folder))))
    return [player for _, player in load_players(find_entries([str(folder)], ""), game)]
