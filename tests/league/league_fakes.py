"""Fake players and fake play: a leg's result is a hash of its line-up and its seed, so anybody can check it."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np

from arena.draw import seed_of
from arena.games import End, Games, seat_of_sides
from arena.scenario import Scenario, load
from league.records.ledger import Entrant

ADVERSARY, GOOD = "adversary", "good"  # sides 0 and 1 of simple_adversary
GAME: Scenario = load("simple_adversary")
TEAM: Scenario = load("simple_spread")


def played(games: Games) -> Games:
    """The games with fake results."""
    seats = [tuple(games.names[k] for k in row) for row in games.player.tolist()]
    bits = np.array([seed_of(*who, seed) for who, seed in zip(seats, games.seed.tolist(), strict=True)], np.int64)
    digits = bits.reshape(-1, 1) >> np.arange(16)
    return replace(
        games,
        score=(digits[:, : games.score.shape[1]] % 1000 / 8).astype(np.float32),
        winner=(bits % 3 - 1).astype(np.int8) if games.score.shape[1] == 2 else games.winner,
        end=np.full(len(games), End.PLAYED, np.int8),
        metrics=(digits[:, : games.metrics.shape[1]] % 7).astype(np.float32),
    )


def play(chunks: Iterator[Games]) -> Iterator[tuple[Games, Mapping[str, str]]]:
    for chunk in chunks:
        yield played(chunk), {}


def legs(scenario: Scenario, names: list[str], lineups: np.ndarray, seed: np.ndarray) -> Games:
    """Unplayed legs of line-ups by side [G, S]."""
    return Games.unplayed(scenario, names, seat_of_sides(scenario, np.asarray(lineups)), np.asarray(seed))


def finished(games: Games, winner: np.ndarray, score: np.ndarray) -> Games:
    """The games with these results."""
    winner, score = np.asarray(winner, np.int8), np.asarray(score, np.float32)
    return replace(games, winner=winner, score=score, end=np.full(len(games), End.PLAYED, np.int8))


def complete(players: int, seeds: int, with_self: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """Line-ups [G, 2] of all ordered pairs, each from all seeds, and the seeds [G]."""
    lineups = np.argwhere(np.ones((players, players)) if with_self else ~np.eye(players, dtype=bool))
    return np.repeat(lineups, seeds, axis=0), np.tile(np.arange(seeds), len(lineups))


def entrants(names: list[str], sides: tuple[str, ...] = (ADVERSARY, GOOD)) -> dict[str, Entrant]:
    return {name: Entrant(name, f"player {name}", "neural", sides, {"step": 7}) for name in names}


def permuted(games: Games, rng: np.random.Generator) -> Games:
    """The same legs in another order."""
    return games[rng.permutation(len(games))]


def same(one: Games, other: Games) -> bool:
    """Whether both hold the same legs in the same order, whatever their tables of players."""
    seats = [[[g.names[k] for k in row] for row in g.player.tolist()] for g in (one, other)]
    columns = ("seed", "score", "winner", "end", "fault", "metrics")
    return seats[0] == seats[1] and all(
        np.array_equal(getattr(one, c), getattr(other, c), equal_nan=c in ("score", "metrics")) for c in columns
    )
