"""Hold a tournament: everyone against everyone or any other format, on common worlds, sides swapped, and rate them.

Example: arena tournament runs/maddpg runs/ddpg random greedy --out leagues/first --pairs 200

Example: arena tournament runs/maddpg@all runs/ddpg@all --format adaptive --within 15 --out leagues/precise

Example: arena tournament runs/maddpg@all --format swiss --rule rounds=9 --pairs 50 --out leagues/swiss

In a game of one side, --format mixed-seats also lets everyone play in everyone else's team, a guest in each seat:
arena tournament runs/spread random --format mixed-seats --out leagues/partners
"""

import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import tyro

from arena.errors import ArenaError
from arena.report import Report, result_of


@dataclass(frozen=True)
class Options:
    """A tournament in any format; interrupt it at any moment and go on with --resume."""

    entrants: Annotated[tuple[str, ...], tyro.conf.Positional] = ()
    """runs, runs/a@all, runs/a@STEP#MEMBER, checkpoints, leagues, random, greedy, ...; named before the options. Their
    order is the seeding"""
    out: str = ""
    """the league's folder"""
    format: str = ""
    """who meets whom: round-robin, mixed-seats, double-round-robin, gauntlet, swiss, knockout, double-elimination,
    ladder, king-of-the-hill or adaptive; the default is what the league has, or a round-robin"""
    rule: tyro.conf.UseAppendAction[tuple[str, ...]] = ()
    """a rule of the format, as NAME=VALUE; may be repeated"""
    pairs: int | None = None
    """worlds per pairing of a round; from each two legs are played, sides swapped; adaptive: per player and round. The
    default is what the league has, or 200, adaptive 10"""
    within: float | None = None
    """stop when every rating is within +- so much, in Elo, or in scores in a game of one side; for adaptive, whose
    default is 30, and round-robin, which then goes on in steps of --pairs, 50 unless told"""
    minutes: float | None = None
    """stop after so many minutes; --resume goes on"""
    seed: int | None = None
    """the seed that the worlds follow from; the default is what the league has, or 0"""
    workers: int = 0
    """processes to play in; 0 decides by the number of legs. The results are the same bits for any number"""
    act: str = ""
    """sample or greedy, for all neural players, instead of what their cards say"""
    scenario: str = ""
    """the game, if all entrants are scripted"""
    option: tyro.conf.UseAppendAction[tuple[str, ...]] = ()
    """an option of that game, as NAME=VALUE; may be repeated"""
    resume: bool = False
    """go on with the league in `out`: play what is missing, with the entrants named here added"""


def run(options: Options) -> Iterator[Report]:
    """Plays what is missing, yielding where it stands; the result is the leaderboard."""
    from arena.memory import keep_freed_memory
    from arena.verbs.parts.entries import find_entries, find_game, league_entries, league_entry, load_players
    from arena.verbs.parts.league_folder import LeagueFolder
    from arena.verbs.parts.rounds import play_course
    from arena.verbs.parts.tables import leaderboard_text
    from arena.verbs.parts.terms import Asked
    from arena.verbs.parts.values import assignments
    from arena.verbs.parts.workers import choose_workers
    from league.course import Contest, course, joined

    keep_freed_memory()
    folder = LeagueFolder(check(options))
    asked = Asked(options.format, options.pairs, assignments(options.rule), options.within, options.minutes)
    terms, seed = folder.terms(asked), folder.seed(options.seed)
    named = find_entries(options.entrants, options.act)
    words = [str(folder.path), *options.entrants] if folder.exists else options.entrants
    game = find_game(words, options.scenario, assignments(options.option))
    entries = [*(league_entries(folder.path) if folder.exists else ()), *named]
    players = load_players(entries, game)
    if len(players) < len(entries):
        copies = len(entries) - len(players)
        yield Report(text=f"{copies} of {len(entries)} entrants are the same players as others and enter once")
    folder.check_entry(players, game, terms.plan)
    with folder.write(game, seed, terms.plan) as ledger:
        folder.check_scripts(ledger, game)
        new = folder.enter(ledger, players)
        terms.save(folder.path)
        contest = Contest(game, ledger.entrants(), seed, terms.plan, joined(ledger))
        for player in new:
            if after := contest.joined.get(player.hash):
                yield Report(text=f"{player.name} is there from round {after + 1} on, and what follows depends on when")
        crew_entries = [league_entry(folder.path, entrant) for entrant in contest.entrants.values()]
        workers = choose_workers(options.workers, len(next(course(contest, set))), game)
        if terms.text:
            yield Report(text=terms.text)
        why = yield from play_course(ledger, contest, crew_entries, workers, terms, options.minutes)
    yield Report("rate", 0, 1)
    board = folder.standings()
    folder.save_standings(board)
    yield Report("rate", 1, 1)
    files = "leaderboard.json, leaderboard.csv, ledger.sqlite, players/"
    parts = [leaderboard_text(board), *ending(why, options, terms), f"league: {folder.path}   {files}"]
    parts += [f"a page of it: arena report {folder.path}"]
    yield Report(text="\n".join(parts), data=board, is_result=True)


def ending(why: Any, options: Options, terms: Any) -> Iterator[str]:
    """How a tournament stopped that did not just play all there was."""
    from league.event import Why

    go_on = f"go on with: arena tournament --out {shlex.quote(options.out)} --resume"
    if why is None:
        yield (
            f"stopped after {options.minutes:g} minutes: how far it came is no part of the promise of equal bits, what"
            f" was played is; {go_on}"
        )
    elif why is Why.WAITING:
        yield f"a round waits for legs that were void with nobody at fault; {go_on}"
    elif why is Why.ENOUGH:
        yield f"every rating is within +-{terms.within:g}; for more, {go_on} --within {terms.within / 2:g}"
    elif terms.within:
        yield f"not every rating is within +-{terms.within:g}, but nobody may play more pairs"


def check(options: Options) -> Path:
    """The league's folder; ArenaError for what cannot be."""
    if not options.out:
        raise ArenaError("name the league's folder, e.g. --out leagues/first")
    path = Path(options.out)
    if (path / "ledger.sqlite").exists():
        if not options.resume:
            raise ArenaError(f"{path} holds a league already; add --resume to go on with it, or choose another --out")
    elif len(options.entrants) == 0:
        raise ArenaError("nobody to play: name runs, checkpoints, leagues or scripted players, e.g. runs/a random")
    return path


@dataclass(frozen=True)
class Result:
    """What a tournament found."""

    ratings: list[dict[str, Any]]  # best first, as in leaderboard.json
    side_advantage: dict[str, Any] | None
    fingerprint: str
    board: Mapping[str, Any]


def tournament(entrants: Sequence[str | Path], out: str | Path, **options: Any) -> Result:
    """Holds a tournament to its end; `options` are the fields of Options. Raises ArenaError."""
    words = [entrants] if isinstance(entrants, str | Path) else entrants
    board = result_of(run(Options(entrants=tuple(map(str, words)), out=str(out), **options)))
    return Result(board["players"], board["side_advantage"], board["fingerprint"], board)
