"""Play one match: two players, sides swapped on common worlds, and who is better.

Example: arena play runs/maddpg greedy --pairs 500

Example: arena play runs/new runs/old --sprt 0 5

With --sprt they play until it is decided whether A is ahead by the first or by the second number of Elo.
"""

from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import tyro

from arena.errors import ArenaError
from arena.report import Report, result_of

DEFAULT_PAIRS = 200
MOST_PAIRS = 50_000  # of a test that nobody has limited


@dataclass(frozen=True)
class Options:
    """A match between two players; nothing is written."""

    players: Annotated[tuple[str, ...], tyro.conf.Positional]
    """A and B: runs, checkpoints or scripted names"""
    pairs: int = 0
    """worlds; from each two legs are played, sides swapped; the default is 200, or with --sprt at most 50,000"""
    sprt: tuple[float, float] | None = None
    """play until one of these two Elo differences of A to B is accepted, by a sequential test over pairs"""
    scale: str = "logistic"
    """of these differences: logistic (Elo) or normalized (nElo)"""
    alpha: float = 0.05
    """risk of accepting the second difference where the first is true"""
    beta: float = 0.05
    """risk of accepting the first difference where the second is true"""
    seed: int = 0
    """the seed that the worlds follow from"""
    workers: int = 0
    """processes to play in; 0 decides by the number of legs. The results are the same bits for any number"""
    act: str = ""
    """sample or greedy, for all neural players, instead of what their cards say"""
    scenario: str = ""
    """the game, if both are scripted"""
    option: tyro.conf.UseAppendAction[tuple[str, ...]] = ()
    """an option of that game, as NAME=VALUE; may be repeated"""


def run(options: Options) -> Iterator[Report]:
    """Plays; the result holds wins, draws and losses of A by side, both ratings, and what the pairs say."""
    from arena.verbs.parts.pairs import counts_text, pairs_data, pairs_text, tested
    from arena.verbs.parts.workers import choose_workers
    from arena.verbs.playing.match import find_match
    from arena.verbs.playing.summary import summary
    from league.pairs.counts import pair_counts

    if options.pairs < 0:
        raise ArenaError(f"--pairs must be at least 1, not {options.pairs}")
    test = tested(options.sprt and (options.scale, *options.sprt), options.alpha, options.beta)
    match = find_match(options.players, options.act, options.scenario, options.option)
    if test and not match.has_pairs:
        raise ArenaError("--sprt counts pairs that are won or lost: it needs two players that hold both of two sides")
    pairs = options.pairs or (MOST_PAIRS if test else DEFAULT_PAIRS)
    total = match.legs(pairs)
    yield Report("play", 0, total)
    workers = choose_workers(options.workers, total, match.game)
    games = yield from played(match, match.batches(options.seed, pairs), workers, test, total)
    text, data = summary(games, match.names, match.game)
    if match.has_pairs:
        counts = pair_counts(games, match.game)
        data["pairs"] = pairs_data(counts, test)
        text = "\n".join([text, "", counts_text(counts, match.names), pairs_text(data["pairs"], test)])
    yield Report(text=text, data=data, is_result=True)


def played(match: Any, batches: Iterator[Any], workers: int, test: Any, total: int) -> Generator[Report, None, Any]:
    """Reports on the way to the legs of all batches, or of as many as a test needs."""
    from arena.games import Games
    from arena.verbs.parts.pairs import pairs_data, test_text
    from league.pairs.match import in_order, until_decided

    parts: list[Games] = []
    if not test:
        for games in in_order(batches, lambda each: match.play(each, workers)):
            parts.append(games)
            yield Report("play", sum(map(len, parts)), total)
        return Games.joined(parts)
    for stand in until_decided(batches, lambda each: match.play(each, workers), test, match.game):
        parts.append(stand.games)
        is_news = len(parts).bit_count() == 1 and stand.verdict == "continue"  # said at 1, 2, 4, 8, ... batches
        text = f"{stand.counts.sum():,} pairs: {test_text(pairs_data(stand.counts, test), test)}" if is_news else ""
        yield Report("play", sum(map(len, parts)), total, text)
    return Games.joined(parts)


def play(a: str | Path, b: str | Path, **options: Any) -> Mapping[str, Any]:
    """Plays a match to its end; `options` are the fields of Options. Returns the result's data."""
    return result_of(run(Options(players=(str(a), str(b)), **options)))
