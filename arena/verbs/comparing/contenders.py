"""Contenders: the words of `--algos`, each a learner with settings of its own, that can learn the game.

maddpg                                the learner with the settings that all contenders share
maddpg:gamma=0.9:hidden=[128,128]     the same with settings of its own
maddpg:preset=paper                   the same from another preset
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from arena.errors import ArenaError, nearest

LONGEST = 100  # bytes of a folder's name
FORM = "write them as maddpg,ddpg or maddpg,maddpg:gamma=0.9:n_step=1"


@dataclass(frozen=True)
class Contender:
    """A learner with settings, of which several seeds are trained."""

    name: str  # as it was typed
    algo: str
    preset: str
    setting: tuple[str, ...]  # NAME=VALUE

    @property
    def folder(self) -> str:
        """What its run is called: the name, without what a file system might not take, and a hash for what is long."""
        plain = re.sub(r"[^\w.-]+", "-", self.name).strip("-")
        return plain if len(plain.encode()) <= LONGEST else f"{self.algo}-{sha256(self.name.encode()).hexdigest()[:16]}"


def find_contenders(text: str, preset: str = "", setting: Sequence[str] = ()) -> list[Contender]:
    """The contenders of a list with commas; `preset` and `setting` are for those that say nothing else.

    ArenaError if there are fewer than two, if one comes twice, or if a word is not of the form.
    """
    words = [word.strip() for word in re.split(r",(?![^\[]*\])", text) if word.strip()]
    setting = [setting] if isinstance(setting, str) else setting
    contenders = [_contender(word, preset, setting) for word in words]
    if len(contenders) < 2:
        raise ArenaError(f"--algos {text}: a comparison needs at least two contenders; {FORM}")
    folders = [contender.folder.lower() for contender in contenders]
    if double := [c.name for k, c in enumerate(contenders) if folders[k] in folders[:k]]:
        raise ArenaError(f"--algos {text}: {double[0]} comes twice; give one of the two another setting")
    return contenders


def _contender(word: str, preset: str, setting: Sequence[str]) -> Contender:
    from agents.training.settings import known_learners

    algo, *rest = word.split(":")
    if algo not in (known := known_learners()):
        hint = "a contender trains every side itself" if "=" in algo else nearest(algo, known)
        raise ArenaError(f"--algos: there is no learner {algo!r}; {hint}")
    own: dict[str, str] = {}
    for part in rest:
        name, sign, value = part.partition("=")
        if not name or not sign or not value or name in own:
            raise ArenaError(f"--algos {word}: {part!r} is no setting, or comes twice; {FORM}")
        own[name] = value
    preset = own.pop("preset", preset)
    common = {name: value for name, _, value in (each.partition("=") for each in setting)}
    return Contender(word, algo, preset, tuple(f"{k}={v}" for k, v in {**common, **own}.items()))


def training_options(contender: Contender, options: Any, out: str) -> Any:
    """What a contender is for `arena train`; `options` are those of the study."""
    from arena.verbs.train import Options

    same = {name: getattr(options, name) for name in ("seeds", "steps", "worlds", "seed", "option", "sides", "threads")}
    return Options(
        options.scenario,
        contender.algo,
        contender.preset,
        saves=options.snapshots,
        setting=contender.setting,
        out=out,
        **same,
    )


def check_trainable(contenders: Sequence[Contender], options: Any) -> tuple[Any, dict[str, Any]]:
    """The game, and each contender's learner of every side.

    ArenaError, before anything is written, if one cannot learn the game, or if two are the same.
    """
    from arena.verbs.train import make_training

    learners: dict[str, Any] = {}
    names: dict[Any, str] = {}
    for contender in contenders:
        try:
            training = make_training(training_options(contender, options, ""))
        except ArenaError as error:
            raise ArenaError(f"{contender.name}: {error}") from None
        game = training.game
        of_seat = {seat: part.learner for part in training.learning for seat in part.spec.mine}
        own = learners[contender.name] = {side: of_seat[seats[0]] for side, seats in game.sides.items()}
        if contender.name != (same := names.setdefault((contender.algo, *own.values()), contender.name)):
            raise ArenaError(f"{same} and {contender.name} have the same settings; give one of the two another")
    if len(game.sides) > 2:
        raise ArenaError(f"{game.name} has {len(game.sides)} sides; learners are compared in games of one side or two")
    return game, learners
