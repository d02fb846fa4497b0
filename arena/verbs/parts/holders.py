"""Who learns or plays each side while a run trains: the words of --algo."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from agents.policies.scripted import scripted_names
from agents.training import team
from agents.training.held import Held
from agents.training.learner import Learner
from agents.training.settings import known_learners
from arena.errors import ArenaError, nearest
from arena.game import Game
from arena.verbs.parts.entries import find_entry


def holders_of(algo: str, preset: str, settings: Mapping[str, Any], game: Game) -> dict[str, Learner | Held]:
    """A learner, or a player that stays as it is, for each side; ArenaError if nobody learns."""
    words = team.by_side(algo, game)
    playing = {side: word for side, word in words.items() if is_player(word, game)}
    if len(playing) == len(words):
        raise ArenaError(f"--algo {algo}: nobody learns; name a learner for a side, e.g. {next(iter(words))}=maddpg")
    learning = {side: word for side, word in words.items() if side not in playing}
    check_known(algo, learning, game)
    learners = team.learners_of(learning, preset, settings)
    held = {side: team.held(find_entry(word).load(game), game, side) for side, word in playing.items()}
    return {side: learners.get(side) or held[side] for side in words}


def check_known(algo: str, learning: Mapping[str, str], game: Game) -> None:
    """ArenaError if one of the words for who learns each side is no learner's name."""
    known = known_learners()
    for side, word in learning.items():
        if word in known:
            continue
        if not team.is_mixed(algo):
            each = ",".join(f"{side}=..." for side in game.sides)
            hint = f"for one each write {each}" if "," in word else nearest(word, known)
            raise ArenaError(f"there is no learner {word!r}; {hint}")
        hint = nearest(word, [*known, *scripted_names(game)])
        raise ArenaError(f"--algo {algo}: {word!r} for {side} is no learner and no player; {hint}")


def is_player(word: str, game: Game) -> bool:
    """Whether a word of --algo names a player: a path, or a scripted player of the game.

    A learner's name is a learner, though there may be a folder of that name.
    """
    is_path = "/" in word or (Path(word).exists() and word not in known_learners())
    return is_path or word in scripted_names(game)


def held_players(training: Any) -> dict[str, Any]:
    """The content hashes of the players that hold a side: a run that is resumed must meet the same."""
    held = [player for part in training.parts if not part.learns for player in part.learner.bank.players]
    return {"held": {player.name: player.hash for player in held}} if held else {}
