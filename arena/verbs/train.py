"""Train one or more seeds of a learner on a scenario, saving checkpoints along the way.

Example: arena train simple_adversary --algo maddpg --steps 300000 --seeds 3 --out runs/maddpg
"""

import re
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Annotated, Any

import tyro

from arena.errors import ArenaError
from arena.memory import keep_freed_memory
from arena.report import Report, function

NOT_IDENTITY = ("out", "resume", "threads")  # options that may differ when a run is resumed


@dataclass(frozen=True)
class Options:
    """Train a learner; interrupt it at any moment and go on with --resume."""

    scenario: Annotated[str, tyro.conf.Positional]  # or a Game, from Python
    """the game to learn: simple_adversary, path/to/my_game.py, pettingzoo:MODULE.NAME?OPTION=VALUE or gym:NAME"""
    algo: str = "maddpg"
    """the learner: maddpg, matd3, ddpg, td3, dqn or rainbow; or one for each side, as in adversary=ddpg,good=maddpg,
    where a side may also be held by a player that stays as it is: good=runs/a or good=random"""
    preset: str = ""
    """settings of the learner by name: `fast` (the default), `paper` (as published), `long` (for long games), and for
    dqn `naive` (no replay, no target network); or one for each side, as in adversary=naive,good=fast"""
    steps: int = 400_000
    """world steps of each seed"""
    seeds: int = 1
    """how many members to train side by side in one stack"""
    seed: int = 0
    """the seed from which everything random follows"""
    worlds: int = 0
    """worlds that each member plays at a time; 0 takes what suits the game: 100 of our own, 8 copies of another"""
    saves: int = 10
    """checkpoints to save over the run, evenly spaced"""
    out: str = ""
    """the run's folder; the default is runs/SCENARIO-ALGO"""
    option: tyro.conf.UseAppendAction[tuple[str, ...]] = ()
    """an option of the scenario, as NAME=VALUE; may be repeated"""
    sides: str = ""
    """who shares a score in a pettingzoo: game, e.g. "chasers=agent_0,agent_1;runner=agent_2"; the default: by names"""
    setting: tyro.conf.UseAppendAction[tuple[str, ...]] = ()
    """a setting of the learner, as NAME=VALUE, or of that of one side, as SIDE.NAME=VALUE; may be repeated;
    docs/learners.md explains them"""
    threads: int = 0
    """threads for the networks; 0 decides: one for small batches, else one for each core"""
    resume: bool = False
    """go on with the run in `out`, which must have been started with the same options"""


def run(options: Options) -> Iterator[Report]:
    """Trains, yielding where it stands; the result names the folder and the checkpoints."""
    from arena.catalog import short_name
    from arena.verbs.parts.holders import held_players
    from arena.verbs.parts.run_folder import RunFolder
    from arena.verbs.parts.values import set_threads

    check(options)
    keep_freed_memory()
    training = make_training(options)
    set_threads(options.threads, options.seeds * max(part.learner.batch_size for part in training.learning))
    folder = RunFolder(Path(options.out or f"runs/{short_name(training.game.name)}-{plain(options.algo)}"))
    config = config_of(options) | held_players(training)
    with folder.opened(config, training, options.resume), stopping_on_interrupt(training):
        phase = f"train {options.algo}"
        yield Report(phase, training.step, training.total_steps, text=told_in_vain(training))
        before = training.step
        for report in training.run(report_steps=max(training.width, options.steps // max(100, options.saves))):
            news = folder.log(report)
            if is_due(before, report.step, options):
                folder.save(report, training)
            before = report.step
            yield Report(phase, min(report.step, options.steps), options.steps, news, data={"rows": report.rows})
        if training.is_stopping:
            folder.save_state(training)
            raise KeyboardInterrupt
    checkpoints = [str(path) for path in folder.checkpoints()]
    text = f"trained {options.algo} on {training.game.name}: {len(checkpoints)} checkpoints in {folder.path}"
    yield Report(text=text, data={"out": str(folder.path), "checkpoints": checkpoints}, is_result=True)


def config_of(options: Options) -> dict[str, Any]:
    """What decides the run: all options but a few, with a game that has been made already by its word or identity."""
    from arena.game import Game

    config = {field.name: getattr(options, field.name) for field in fields(options) if field.name not in NOT_IDENTITY}
    game = options.scenario
    return {**config, "scenario": (game.word or game.identity) if isinstance(game, Game) else game}


def make_training(options: Options) -> Any:
    """The `agents.training.loop.Training` that the options describe."""
    from agents.policies.card import out_of_range
    from agents.training.loop import Training
    from arena.catalog import load_game, taken_apart
    from arena.verbs.parts.holders import holders_of
    from arena.verbs.parts.values import assignments

    chosen = assignments(options.option) | ({"sides": options.sides} if options.sides else {})
    for name, value in {**taken_apart(options.scenario)[1], **chosen}.items():
        if fault := out_of_range(value):  # and a card could not hold it
            raise ArenaError(f"option {name}={value!s:.20} is {fault}; choose another")
    game = load_game(options.scenario, **chosen)
    holders = holders_of(options.algo, options.preset, assignments(options.setting), game)
    worlds = options.worlds or game.train_worlds
    try:
        return Training(game, holders, steps=options.steps, members=options.seeds, worlds=worlds, seed=options.seed)
    except (MemoryError, RuntimeError) as error:
        if isinstance(error, RuntimeError) and "allocate memory" not in str(error):
            raise
        raise ArenaError("there is not enough memory; lower --seeds, --worlds, --setting replay=N or hidden") from error


@contextmanager
def stopping_on_interrupt(training: Any) -> Iterator[None]:
    """Lets the first Ctrl-C end training after its step, so that its state can be saved; a second one is immediate."""
    if threading.current_thread() is not threading.main_thread():
        yield  # signals are the main thread's
        return
    usual = signal.getsignal(signal.SIGINT)

    def stop(*_: object) -> None:
        training.is_stopping = True
        signal.signal(signal.SIGINT, usual)

    signal.signal(signal.SIGINT, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, usual)


def told_in_vain(training: Any) -> str:
    """What to say of a run that will be over before the first update of a learner, if it will."""
    for learner in (part.learner for part in training.learning):
        played = -(-training.total_steps // training.width) * training.width
        if (played - learner.warmup) * learner.samples_per_step < learner.batch_size:
            settings = f"warmup={learner.warmup} batch_size={learner.batch_size}"
            return f"{training.total_steps:,} steps are too few to learn anything with {settings}; raise --steps"
    return ""


def plain(algo: str) -> str:
    """The word for who learns as part of a folder's name."""
    return re.sub(r"[^\w.-]+", "-", algo)


def is_due(before: int, step: int, options: Options) -> bool:
    """Whether one of the evenly spaced saves falls between two reports, or the run ends there."""
    return step >= options.steps or step * options.saves // options.steps > before * options.saves // options.steps


def check(options: Options) -> None:
    """ArenaError for words and numbers that cannot be."""
    for name in ("algo", "preset", "sides"):
        if not isinstance(value := getattr(options, name), str):
            raise ArenaError(f"{name} must be text, not {value!r}")
    for name, least in (("steps", 1), ("seeds", 1), ("worlds", 0), ("saves", 1)):
        value = getattr(options, name)
        if isinstance(value, bool) or not isinstance(value, int) or value < least:
            raise ArenaError(f"--{name} must be at least {least}, not {value!r}")


train = function(Options, run)
