"""A match: two players, the batches of legs that they play, and who plays them."""

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from arena.errors import ArenaError
from arena.game import Game
from arena.games import Games, world_seeds
from arena.player import Player
from arena.playing import play
from arena.verbs.parts.entries import Entry, find_entry, find_game, load_players
from arena.verbs.parts.values import assignments
from arena.verbs.parts.workers import Crew, play_chunks
from league.schedules.round_robin import round_robin

BATCH_PAIRS = 250  # a part of what a match is: a test looks at its end, so it must not depend on the machine


@dataclass(frozen=True)
class Match:
    """Two players of a game, and how they are to be loaded elsewhere."""

    game: Game
    entries: tuple[Entry, ...]
    players: tuple[Player, ...]

    @property
    def names(self) -> list[str]:
        """The players' names."""
        return [player.name for player in self.players]

    @property
    def has_pairs(self) -> bool:
        """Whether both can hold both sides of a game that is won or lost."""
        sides = set(self.game.sides)
        is_duel = self.game.has_outcome and len(sides) == 2
        return is_duel and all(sides <= set(player.sides) for player in self.players)

    def legs(self, pairs: int) -> int:
        """How many legs are played from `pairs` worlds."""
        return pairs * sum(map(len, self.batches(0, 1)))

    def batches(self, seed: int, pairs: int) -> Iterator[Games]:
        """The legs from `pairs` of the worlds of `seed`, unplayed."""
        hashes, sides = [p.hash for p in self.players], {p.hash: p.sides for p in self.players}
        for lo in range(0, pairs, BATCH_PAIRS):
            seeds = world_seeds(seed, self.game, min(BATCH_PAIRS, pairs - lo), start=lo)
            yield round_robin(self.game, hashes, seeds, sides)

    def play(self, batches: Iterator[Games], workers: int) -> Generator[Games, None, None]:
        """Batches with their results, in any order. ArenaError if a player fails: a match has no legs to lose."""
        results = (
            play_chunks(batches, Crew.of(self.game, self.entries), workers) if workers > 1 else self._here(batches)
        )
        name = {player.hash: player.name for player in self.players}
        for games, errors in results:
            if errors:
                raise ArenaError("; ".join(f"{name[player]} failed: {why}" for player, why in errors.items()))
            yield games

    def _here(self, batches: Iterator[Games]) -> Iterator[tuple[Games, dict[str, str]]]:
        """Played in this process, with the players as they are."""
        own = {player.hash: player for player in self.players}
        return (play(batch, own, self.game) for batch in batches)


def find_match(words: Sequence[str], act: str, scenario: str, option: Sequence[str]) -> Match:
    """The match of two players as they are named on the command line."""
    if len(words) != 2:
        raise ArenaError(f"a match is between two players, not {len(words)}; for more, use arena tournament")
    entries = [find_entry(word, act) for word in words]
    game = find_game(words, scenario, assignments(option))
    found: list[Any] = load_players(entries, game)
    if len(found) != 2:
        raise ArenaError("both are the same player: nothing to find out; name two different ones")
    return Match(game, tuple(entry for entry, _ in found), tuple(player for _, player in found))
