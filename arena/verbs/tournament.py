"""Play everyone against everyone from common worlds, sides swapped, and rate them.

Example: arena tournament runs/maddpg runs/ddpg random greedy --out leagues/first --pairs 200

In a game of one side, --format mixed-seats also lets everyone play in everyone else's team, a guest in each seat:
arena tournament runs/spread random --format mixed-seats --out leagues/partners
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import tyro

from arena.errors import ArenaError
from arena.report import Report, result_of

DEFAULT_PAIRS = 200
SAVE_SECONDS = 0.25  # of play that a kill can cost, beside the chunks in flight


@dataclass(frozen=True)
class Options:
    """A round-robin; interrupt it at any moment and go on with --resume."""

    entrants: Annotated[tuple[str, ...], tyro.conf.Positional] = ()
    """runs, runs/a@all, runs/a@STEP#MEMBER, checkpoints, leagues, random, greedy, ...; named before the options"""
    out: str = ""
    """the league's folder"""
    pairs: int = 0
    """worlds per pairing; from each two legs are played, sides swapped; the default is what the league has, or 200"""
    format: str = ""
    """who meets whom: round-robin or mixed-seats; the default is what the league has, or a round-robin"""
    seed: int = 0
    """the seed that the worlds follow from"""
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
    from arena.verbs.parts.entries import find_entries, find_game, league_entries, league_entry, load_players
    from arena.verbs.parts.league_folder import LeagueFolder, schedule_of, seeds_of
    from arena.verbs.parts.tables import leaderboard_text
    from arena.verbs.parts.values import assignments
    from arena.verbs.parts.workers import choose_workers

    folder = LeagueFolder(check(options))
    named = find_entries(options.entrants, options.act)
    words = [str(folder.path), *options.entrants] if folder.exists else options.entrants
    game = find_game(words, options.scenario, assignments(options.option))
    entries = [*(league_entries(folder.path) if folder.exists else ()), *named]
    players = load_players(entries, game)
    if len(players) < len(entries):
        copies = len(entries) - len(players)
        yield Report(text=f"{copies} of {len(entries)} entrants are the same players as others and enter once")
    form = folder.format(options.format)
    check_meetings(game, [player for _, player in players], form)
    with folder.write(game, options.seed, form) as ledger:
        folder.check_scripts(ledger, game)
        folder.enter(ledger, players)
        pairs = options.pairs or len(seeds_of(ledger, game)) or DEFAULT_PAIRS
        schedule = schedule_of(ledger, game, pairs)
        crew_entries = [league_entry(folder.path, entrant) for entrant in ledger.entrants().values()]
        workers = choose_workers(options.workers, len(schedule), game)
        yield from play_schedule(ledger, schedule, crew_entries, game, workers)
    yield Report("rate", 0, 1)
    board = folder.standings()
    folder.save_standings(board)
    yield Report("rate", 1, 1)
    files = "leaderboard.json, leaderboard.csv, ledger.sqlite, players/"
    text = f"{leaderboard_text(board)}\nleague: {folder.path}   {files}\na page of it: arena report {folder.path}"
    yield Report(text=text, data=board, is_result=True)


def check_meetings(game: Any, players: Sequence[Any], form: str) -> None:
    """ArenaError, before anything is written, if these players cannot meet."""
    from arena.games import world_seeds
    from league.schedules.catalog import find_schedule

    sides = {player.hash: player.sides for player in players}
    find_schedule(form)[1](game, list(sides), world_seeds(0, game, 1), sides)


def play_schedule(ledger: Any, schedule: Any, entries: Sequence[Any], game: Any, workers: int) -> Iterator[Report]:
    """Plays the legs that the ledger does not hold yet."""
    from arena.environment import environment_digest
    from arena.verbs.parts.workers import Crew, play_chunks
    from league import tournament

    crew = Crew.of(game, entries)
    names = {entrant.hash: entrant.name for entrant in ledger.entrants().values()}
    told: Mapping[str, str] = {}

    def play(chunks: Iterator[Any]) -> Any:
        return play_chunks(chunks, crew, workers)

    environment = environment_digest(game.packages)
    with closing(tournament.run(ledger, schedule, play, environment, game.batch_legs, SAVE_SECONDS)) as progress:
        for state in progress:
            news = [f"{names[h]} is withdrawn: {why}" for h, why in state.withdrawn.items() if h not in told]
            told = state.withdrawn
            yield Report("play", state.done + state.skipped, state.total, text="\n".join(news))


def check(options: Options) -> Path:
    """The league's folder; ArenaError for what cannot be."""
    if not options.out:
        raise ArenaError("name the league's folder, e.g. --out leagues/first")
    if options.pairs < 0:
        raise ArenaError(f"--pairs must be at least 1, not {options.pairs}")
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
    """Plays a round-robin to its end; `options` are the fields of Options. Raises ArenaError."""
    words = [entrants] if isinstance(entrants, str | Path) else entrants
    board = result_of(run(Options(entrants=tuple(map(str, words)), out=str(out), **options)))
    return Result(board["players"], board["side_advantage"], board["fingerprint"], board)
