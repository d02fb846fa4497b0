"""Any game by the word for it: the name of a scenario, the file of one, or an environment behind an adapter."""

from pathlib import Path
from typing import Any

from arena import scenario
from arena.errors import ArenaError, nearest, visible
from arena.finding import is_path, known_scenarios
from arena.game import Game

ADAPTERS = ("pettingzoo:", "gym:")


def load_game(word: str | Game, /, **options: Any) -> Game:
    """The game that `word` names, with these options; ArenaError says what is wrong with either.

    Imports the file or the module that a path or an adapter's word names, so the word has to come from the user. A
    game that has been made already, as by `arena.from_pettingzoo`, is what it is.
    """
    if isinstance(word, Game):
        late = next((key for key, value in options.items() if word.parameters.get(key) != value), None)
        if late is not None:
            raise ArenaError(f"{word.name} is made already, and {late} comes too late: give it where the game is made")
        return word
    if word.startswith(ADAPTERS):
        from arena import foreign

        return foreign.load(word, **options)
    return scenario.load(word, **options)


def taken_apart(word: str | Game) -> tuple[str, dict[str, Any]]:
    """What the game that `word` names is called in cards and ledgers, and the options in it; nothing is imported."""
    if isinstance(word, Game):
        return word.name, word.parameters
    if word.startswith(ADAPTERS):
        from arena import foreign

        return foreign.taken_apart(word)
    return (Path(word).stem if is_path(word) else word), {}


def short_name(name: str) -> str:
    """The last part of a game's name: pettingzoo:butterfly.pistonball_v6 is pistonball_v6."""
    return name.rpartition(":")[2].rpartition(".")[2]


def not_installed(name: str) -> ArenaError:
    """What to say of a game that a card or a ledger names and that is not installed."""
    if name.startswith(ADAPTERS):
        return ArenaError(f"{visible(name)} is imported only if you name it: add --scenario {visible(name)}")
    hint = nearest(name, known_scenarios())
    return ArenaError(
        f"there is no scenario {visible(name)!r} installed; {hint}; a game of yours: --scenario WORD for it"
    )


def is_installed(name: str) -> bool:
    """Whether a game may be loaded because a file names it: nothing of the file's choosing would be imported."""
    return name in known_scenarios()
