"""Search for a learner's settings: each trial trains several seeds in one stack, and the median of them counts.

Example: arena tune simple_spread --trials 30 --search actor_lr=1e-4..1e-2 --search gamma=0.8,0.9,0.95 --out tunes/a
"""

import shlex
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Annotated, Any

import tyro

from arena.errors import ArenaError
from arena.report import Report, function
from arena.verbs import train

LEAST_SEEDS = 3
NOT_IDENTITY = (*train.NOT_IDENTITY, "trials")  # a search may go on for longer than was planned


@dataclass(frozen=True)
class Options:
    """Search over a learner's settings; interrupt it at any moment and go on with --resume."""

    scenario: Annotated[str, tyro.conf.Positional]  # or a Game, from Python
    """the game to learn, as `arena train` takes it"""
    algo: str = "maddpg"
    """the learner"""
    preset: str = ""
    """the settings that the search starts from; the default is the learner's own"""
    search: tyro.conf.UseAppendAction[tuple[str, ...]] = ()
    """a setting and what to try for it: actor_lr=1e-4..1e-2 (numbers), n_step=1..5 (whole ones), gamma=0.8,0.9,0.95
    (one of these); may be repeated"""
    trials: int = 30
    """how many to finish; may be raised to go on with a search that has come to its end"""
    seeds: int = LEAST_SEEDS
    """members of each trial, at least three, trained in one stack; the median over them counts"""
    steps: int = 100_000
    """world steps of each seed"""
    objective: str = ""
    """what to reach in fresh games: return/SIDE, normalised/SIDE, metric/NAME or metric/NAME/SIDE; the default is the
    normalised return of every side in turn"""
    against: str = ""
    """who holds the other sides of these games: a scripted player (the default: random), a checkpoint, or `itself`"""
    minimise: bool = False
    """lower is better, e.g. for --objective metric/hits"""
    games: int = 200
    """fresh games for each seed and side"""
    prune: bool = False
    """stop a trial that is worse than the median of the others at the same step; a quarter of its steps is safe"""
    seed: int = 0
    """the seed from which everything random follows; all trials train with the same seeds"""
    worlds: int = 0
    """worlds that each member plays at a time; 0 takes what suits the game"""
    option: tyro.conf.UseAppendAction[tuple[str, ...]] = ()
    """an option of the scenario, as NAME=VALUE; may be repeated"""
    sides: str = ""
    """who shares a score in a pettingzoo: game, as `arena train` takes it"""
    setting: tyro.conf.UseAppendAction[tuple[str, ...]] = ()
    """a setting of the learner that stays as it is, as NAME=VALUE; may be repeated"""
    out: str = ""
    """the folder of the search; the default is tunes/SCENARIO-ALGO"""
    threads: int = 0
    """threads for the networks, as `arena train` takes them"""
    resume: bool = False
    """go on with the search in `out`, which must have been started with the same options"""


def run(options: Options) -> Iterator[Report]:
    """Runs the trials that are missing, yielding where the search stands; the result is what it found."""
    check(options)
    from arena.catalog import short_name
    from arena.memory import keep_freed_memory
    from arena.verbs.tuning.search import corners, setting_words, space_of
    from arena.verbs.tuning.search_folder import SearchFolder, summary, told
    from arena.verbs.tuning.trial import Judge, try_settings

    def make(words: tuple[str, ...]) -> Any:
        return make_training(training_options(options, words))

    space = space_of(options.search, options.setting)
    keep_freed_memory()
    for values in corners(space):  # what cannot be is refused before there is a folder
        training = make(setting_words(values))
    judge = Judge.of(options, training)
    folder = SearchFolder(Path(options.out or f"tunes/{short_name(judge.game.name)}-{train.plain(options.algo)}"))
    with folder.opened(config_of(options, training, judge), space, options.resume) as study:
        phase, total = f"tune {options.algo}", options.trials * options.steps
        yield Report(phase, min(study.count, options.trials) * options.steps, total)
        while (count := study.count) < options.trials:
            for step in try_settings(study, judge, make, options.steps, options.prune):
                done = min(step, options.steps - 1)  # it is to be judged yet
                yield Report(phase, count * options.steps + done, total)
            yield Report(phase, study.count * options.steps, total, text=told(study))
        result = result_of(options, study, judge, folder.path)
        folder.write(study, result)
        if not result["best"]:
            raise ArenaError(f"no trial came to its end; the last one: {result['trials'][-1]['note']}")
        text = summary(study, result, folder.path)
    yield Report(text=text, data=result, is_result=True)


def training_options(options: Options, words: tuple[str, ...] = ()) -> train.Options:
    """What a trial is for `arena train`: the settings that stay, and those to try as NAME=VALUE."""
    names = {field.name for field in fields(train.Options)} & {field.name for field in fields(Options)}
    same: dict[str, Any] = {name: getattr(options, name) for name in names - {"setting", "out", "resume"}}
    return train.Options(**same, setting=(*options.setting, *words))


def make_training(options: train.Options) -> Any:
    """The training that the options describe, in as many threads as `arena train` would take."""
    from arena.verbs.parts.values import set_threads

    training = train.make_training(options)
    set_threads(options.threads, options.seeds * max(part.learner.batch_size for part in training.learning))
    return training


def config_of(options: Options, training: Any, judge: Any) -> dict[str, Any]:
    """What decides the search: all options but a few, and who the players are that stay as they are."""
    from arena.verbs.parts.holders import held_players

    config = {field.name: getattr(options, field.name) for field in fields(options) if field.name not in NOT_IDENTITY}
    scenario = train.config_of(training_options(options))["scenario"]
    opponent = {"opponent": judge.opponent.hash} if judge.opponent else {}
    return {**config, "scenario": scenario, **opponent, **held_players(training)}


def result_of(options: Options, study: Any, judge: Any, path: Path) -> dict[str, Any]:
    """What a search found: the best trial with the command that trains so, all trials, and what mattered."""
    from arena.verbs.tuning.search import setting_words
    from arena.verbs.tuning.study import row_of

    ranked = study.ranked()
    best = training_options(options, setting_words(ranked[0].params)) if ranked else None
    return {
        "out": str(path),
        "objective": judge.aim.word,
        "direction": "minimise" if options.minimise else "maximise",
        "best": row_of(ranked[0]) if ranked else None,
        "command": train_command(best, f"runs/{path.name}") if best else "",
        "importance": study.importance(),
        "trials": [row_of(trial) for trial in study.trials()],
    }


def train_command(options: train.Options, out: str) -> str:
    """The command line of `arena train` for these options."""
    words = ["arena", "train", train.config_of(options)["scenario"]]
    for field in fields(options)[1:]:
        value = out if field.name == "out" else getattr(options, field.name)
        if value != field.default:
            words += [
                part
                for one in (value if isinstance(value, tuple) else (value,))
                for part in (f"--{field.name}", str(one))
            ]
    return shlex.join(words)


def check(options: Options) -> None:
    """ArenaError for numbers that cannot be, and where Optuna is missing."""
    train.check(training_options(options))
    for name, least, why in (
        ("trials", 1, ""),
        ("games", 1, ""),
        ("seeds", LEAST_SEEDS, ": the median over fewer says little"),
    ):
        value = getattr(options, name)
        if isinstance(value, bool) or not isinstance(value, int) or value < least:
            raise ArenaError(f"--{name} must be at least {least}, not {value!r}{why}")
    try:
        import optuna  # noqa: F401
    except ImportError:
        raise ArenaError('searching needs Optuna; install it with: pip install "marl-arena[tune]"') from None


tune = function(Options, run)
