"""Compare learners: train seeds of each, let everybody play everybody, and write a report that can be believed.

Example: arena compare simple_adversary --algos maddpg,ddpg,dqn --seeds 5 --steps 300000 --out studies/first
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Annotated, Any

import tyro

from arena.errors import ArenaError
from arena.report import Report, function
from arena.verbs import train

NOT_IDENTITY = (*train.NOT_IDENTITY, "workers")


@dataclass(frozen=True)
class Options:
    """Train several learners on one game and compare them; interrupt it at any moment and go on with --resume."""

    scenario: Annotated[str, tyro.conf.Positional]  # or a Game, from Python
    """the game to learn, as `arena train` takes it"""
    algos: str = "maddpg,ddpg,dqn"
    """who is compared: learners, each with settings of its own if need be, as in maddpg,maddpg:gamma=0.9:preset=long"""
    seeds: int = 5
    """training seeds of each, in one stack; fewer than five say little"""
    steps: int = 300_000
    """world steps of each seed"""
    games: int = 1000
    """games of each contender against each other on either side, shared out among the pairs of their seeds"""
    snapshots: int = 10
    """checkpoints of each seed that the learning curves are drawn from"""
    curve_games: int = 100
    """games of each checkpoint against itself and, in a game of two sides, against every scripted player"""
    preset: str = ""
    """the preset of learners that name none of their own"""
    setting: tyro.conf.UseAppendAction[tuple[str, ...]] = ()
    """a setting of all learners, as NAME=VALUE; may be repeated"""
    option: tyro.conf.UseAppendAction[tuple[str, ...]] = ()
    """an option of the scenario, as NAME=VALUE; may be repeated"""
    sides: str = ""
    """who shares a score in a pettingzoo: game, as `arena train` takes it"""
    act: str = ""
    """sample or greedy, for all neural players, instead of what their cards say"""
    worlds: int = 0
    """worlds that each member plays at a time while it learns; 0 takes what suits the game"""
    seed: int = 0
    """the seed from which everything random follows"""
    threads: int = 0
    """threads for the networks, as `arena train` takes them"""
    workers: int = 0
    """processes to play in; 0 decides by the number of games. The results are the same bits for any number"""
    out: str = ""
    """the study's folder; the default is studies/SCENARIO"""
    resume: bool = False
    """go on with the study in `out`, which must have been started with the same options"""


def run(options: Options, caution: str = "") -> Iterator[Report]:
    """Trains, plays and reports, yielding where it stands; the result is what results.json holds.

    A `caution` is for whoever reads the report: it stands first among the warnings and decides nothing.
    """
    from arena.catalog import short_name
    from arena.memory import keep_freed_memory
    from arena.verbs.comparing.cast import check_left, find_cast, fit, play, schedules
    from arena.verbs.comparing.contenders import check_trainable, find_contenders
    from arena.verbs.comparing.results import results_of
    from arena.verbs.comparing.study import Study
    from arena.verbs.comparing.study_folder import StudyFolder

    check(options)
    keep_freed_memory()
    contenders = find_contenders(options.algos, options.preset, options.setting)
    game, learners = check_trainable(contenders, options)
    folder = StudyFolder(Path(options.out or f"studies/{short_name(game.name)}"))
    with folder.opened(config_of(options) | source_of(game), options.resume):
        for contender in contenders:
            yield from train_contender(contender, folder, options)
        cast = find_cast(folder, contenders, game, options.act)
        check_left(cast, folder.path)
        planned = schedules(cast, game, options.games, options.curve_games, options.seed)
        cross = yield from play(folder, cast, planned[0], game, options, "cross-play")
        curves = yield from play(folder, cast, planned[1], game, options, "curves")
        yield Report("report", 0, 1)
        cast = fit(cast, cross, folder)
        results = results_of(Study(options, game, contenders, learners, cast, cross, curves, folder), caution)
        write(folder, results)
        yield Report("report", 1, 1)
    yield Report(text=summary(results, folder.path), data=results, is_result=True)


def check(options: Options) -> None:
    """ArenaError for words and numbers that cannot be."""
    from arena.verbs.parts.entries import find_entries

    find_entries((), options.act)
    if not isinstance(options.algos, str):
        raise ArenaError(f"algos must be text with commas, as in maddpg,ddpg, not {options.algos!r}")
    same = {name: getattr(options, name) for name in ("preset", "sides", "steps", "seeds", "worlds")}
    train.check(train.Options(options.scenario, **same))
    for name in ("games", "snapshots", "curve_games"):
        value = getattr(options, name)
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise ArenaError(f"--{name.replace('_', '-')} must be at least 1, not {value!r}")
    if options.workers < 0:
        raise ArenaError(f"--workers must be 0 or more, not {options.workers}")


def config_of(options: Options) -> dict[str, Any]:
    """What decides the study: all options but a few."""
    config = {field.name: getattr(options, field.name) for field in fields(options) if field.name not in NOT_IDENTITY}
    return {**config, "scenario": train.config_of(train.Options(options.scenario))["scenario"]}


def source_of(game: Any) -> dict[str, Any]:
    """A hash of what the game's file says: runs and games of two versions of it would not be of one study."""
    from arena.engine.cache import play_digest
    from arena.scenario import Scenario

    return {"source": {game.name: play_digest(game.module)}} if isinstance(game, Scenario) else {}


def train_contender(contender: Any, folder: Any, options: Options) -> Iterator[Report]:
    """Trains what is missing of a contender's seeds; if all of them diverge, that is said and the study goes on."""
    from arena.verbs.comparing.contenders import training_options
    from arena.verbs.parts.run_folder import Diverged

    run = folder.run(contender)
    if not folder.is_trained(contender, options.steps, options.seeds):
        training = replace(training_options(contender, options, str(run)), resume=run.exists())
        try:
            for report in train.run(training):
                text = "" if report.is_result else report.text
                yield Report(f"train {contender.name}", report.done, report.total, text)
        except Diverged as error:
            yield Report(text=f"{error}. The study goes on without {contender.name}")
    folder.drop_state(contender)


def write(folder: Any, results: Mapping[str, Any]) -> None:
    """Writes what was found as data, as a page and as tables."""
    from arena.render.page.study import study_page
    from arena.render.page.tables import csv_tables

    folder.write(results, study_page(results), csv_tables(results))


def summary(results: Mapping[str, Any], path: Path) -> str:
    """What a terminal shows of a study: who did how well on each side, what to beware of, and where to read on."""
    from arena.verbs.comparing.tables import field_table

    warnings = [f"note: {warning}" for warning in results["warnings"]]
    files = f"report: {path}/report.html   numbers: {path}/results.json, {path}/tables/"
    return "\n".join([field_table(results), *warnings, files])


compare = function(Options, run)
