"""Grow a league by self-play: populations by side, opponents from the past.

Example: arena league train simple_tag --preset pfsp --steps 2000000 --out leagues/tag

Example: arena league train simple_spread --preset fcp --steps 2000000 --out leagues/spread
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from functools import partial
from typing import Annotated, Any

import tyro

from arena.errors import ArenaError
from arena.report import Report

DEFAULT_PERIODS = 40
RESAMPLES, LIVE_RESAMPLES = 1000, 100  # behind the intervals of the result, and of the table that is shown on the way


@dataclass(frozen=True)
class Options:
    """Train a league; interrupt it at any moment and go on with --resume."""

    scenario: Annotated[str, tyro.conf.Positional]
    """the game: one of two sides, or for partners one of one side"""
    preset: str = "pfsp"
    """who is in the league: naive, fictitious, pfsp, alphastar or psro; in games of one side fcp"""
    roles: str = ""
    """the roles of each side's members, instead of the preset's, e.g. main,main,main_exploiter,league_exploiter"""
    algo: str = "maddpg"
    """the learner, or one for each side, as in adversary=ddpg,good=maddpg"""
    steps: int = 2_000_000
    """world steps of all members together"""
    periods: int = DEFAULT_PERIODS
    """how often everybody is judged, and frozen if that is due; rules count in them"""
    share: float = 0.05
    """of the steps, how many are played beside training to judge what is learned"""
    rule: tyro.conf.UseAppendAction[tuple[str, ...]] = ()
    """a rule of the league, as NAME=VALUE; may be repeated; docs/league.md explains them"""
    seed: int = 0
    """the seed from which everything random follows"""
    worlds: int = 0
    """worlds that each member plays at a time; 0 takes what suits the game"""
    memory: float = 1.0
    """GiB of past play that all members keep together, in equal shares"""
    out: str = ""
    """the league's folder; the default is leagues/SCENARIO-PRESET"""
    option: tyro.conf.UseAppendAction[tuple[str, ...]] = ()
    """an option of the scenario, as NAME=VALUE; may be repeated"""
    learner: str = ""
    """a preset of the learner's settings, or one for each side; see arena train"""
    setting: tyro.conf.UseAppendAction[tuple[str, ...]] = ()
    """a setting of the learner, as NAME=VALUE, or of that of one side, as SIDE.NAME=VALUE; may be repeated"""
    threads: int = 0
    """threads for the networks; 0 decides: one for small batches, else one for each core"""
    resume: bool = False
    """go on with the league in `out`"""


NOT_IDENTITY = ("out", "resume", "threads")  # options that may differ when a league is resumed


def run(options: Options) -> Iterator[Report]:
    """Trains, yielding where it stands after every period; the result says who is there and what they are worth."""
    from arena.memory import keep_freed_memory
    from arena.verbs.parts.values import set_threads
    from arena.verbs.season.founding import found
    from arena.verbs.season.standing import events_text, standing, standing_text
    from league.seasons import season as seasons
    from league.seasons.roster import Season

    check(options)
    keep_freed_memory()
    founded = found(options)
    set_threads(options.threads, founded.rows)
    with founded.opened(config_of(options), options.resume) as ledger:
        plan, told = founded.plan, len(founded.season.events)

        def look(season: Season, resamples: int) -> dict[str, Any]:
            known, step = seasons.known(season, plan, ledger), founded.coach.step
            return standing(known, ledger.read(), plan.game, step, resamples)

        def table(season: Season) -> str:
            return standing_text(look(season, LIVE_RESAMPLES))

        yield Report("train", founded.season.period, plan.periods, text=founded.text)
        for season in seasons.run(founded.season, plan, ledger, founded.coach, founded.play):
            founded.commit(season)
            news = events_text([asdict(event) for event in season.events[told:]])
            told = len(season.events)
            yield Report("train", season.period, plan.periods, text=news)
            yield Report(frame=partial(table, season))  # made only where somebody looks
        yield Report("rate", 0, 1, frame=" ")
        data = look(season, RESAMPLES)
    yield Report("rate", 1, 1)
    text = f"{standing_text(data)}\nleague: {founded.folder.path}   season.json, ledger.sqlite, players/, tensorboard/"
    yield Report(text=text, data=data, is_result=True)


def config_of(options: Options) -> dict[str, Any]:
    """What decides the league: all options but a few."""
    return {field.name: getattr(options, field.name) for field in fields(options) if field.name not in NOT_IDENTITY}


def check(options: Options) -> None:
    """ArenaError for numbers that cannot be."""
    for name, least in (("steps", 1), ("periods", 1), ("worlds", 0)):
        if getattr(options, name) < least:
            raise ArenaError(f"--{name} must be at least {least}, not {getattr(options, name)}")
    if not options.memory > 0:
        raise ArenaError(f"--memory must be above 0, not {options.memory:g}")
    if not 0 < options.share <= 1:
        raise ArenaError(f"--share must lie above 0 and be at most 1, not {options.share:g}")
