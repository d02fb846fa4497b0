"""Who takes part: from words on the command line to players.

runs/a               every member's last checkpoint of a run
runs/a@STEP          every member at that step;  runs/a@STEP#MEMBER  one of them
runs/a@all           every checkpoint of the run
leagues/x            the players of a league
path/to/checkpoint   a folder with policy.safetensors and card.json
random, greedy, ...  a scripted player of the scenario; ./random is a folder of that name
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from agents.policies import card, checkpoint
from agents.policies.scripted import scripted_names, scripted_player
from arena.catalog import is_installed, load_game, not_installed, taken_apart
from arena.errors import ArenaError, nearest
from arena.finding import built_in_scenarios
from arena.game import Game
from arena.player import Player
from arena.scenario import find_module
from league.records.ledger import Entrant, Ledger

LEDGER, PLAYERS = "ledger.sqlite", "players"  # in the folder of a league
HASH = re.compile(r"^[0-9a-f]{64}$")
PATTERN = re.compile(r"^(?P<path>.*?)(@(?P<step>\w+))?(#(?P<member>\w+))?$", re.S)
FORMS = "the forms are RUN, RUN@STEP, RUN@all, RUN#MEMBER and RUN@STEP#MEMBER"


@dataclass(frozen=True)
class Entry:
    """A player by what it takes to load it, so that a worker process can load it too."""

    name: str
    folder: str = ""  # of a checkpoint
    act: str = ""  # overrides the card's rule for acting
    script: str = ""  # which scripted player, if there is no folder

    def load(self, game: Game) -> Player:
        """The player; ArenaError if it is not for this game."""
        if not self.folder:
            if self.script not in (known := scripted_names(game)):
                hint = nearest(self.script, known)
                raise ArenaError(f"{self.script!r} is neither a folder nor a scripted player of {game.name}; {hint}")
            return replace(scripted_player(game, self.script), name=self.name)
        player, own, _ = checkpoint.load(Path(self.folder), self.name, self.act, game)
        if own.identity != game.identity:
            raise ArenaError(f"{self.folder} plays {different(own, game)}; leave it out")
        return player


def different(own: Game, game: Game) -> str:
    """What a game is and another is not: its name or version, or else the options in which they differ."""
    if (own.name, own.version) != (game.name, game.version):
        return f"{own.name}-v{own.version}, not {game.name}-v{game.version}"
    names = [n for n in {**own.parameters, **game.parameters} if own.parameters.get(n) != game.parameters.get(n)]
    said, wanted = (", ".join(f"{n}={which.parameters.get(n)!r}" for n in names) for which in (own, game))
    return f"{own.name} with {said}, not {wanted}"


def find_entries(words: Sequence[str], act: str = "") -> list[Entry]:
    """The entries that `words` name, in order."""
    if act not in ("", "sample", "greedy"):
        raise ArenaError(f"--act must be sample or greedy, not {act!r}")
    return [entry for word in words for entry in _find(word, act)]


def find_entry(word: str, act: str = "") -> Entry:
    """The one player that a word names; ArenaError if it names several."""
    entries = find_entries([word], act)
    if len(entries) > 1:
        raise ArenaError(
            f"{word} names {len(entries)} players: choose one, e.g. {entries[0].folder or entries[0].name}"
        )
    return entries[0]


def find_game(words: Sequence[str], word: str | Game = "", options: Mapping[str, Any] | None = None) -> Game:
    """The game that the players named by `words` play: a league's, that of the first checkpoint, or the one of `word`.

    A league or a card that names a game which is not installed does not have it imported: the user must name it too.
    ArenaError if all are scripted and there is no word, or if `word` or `options` say something else.
    """
    told = next((found for name in words if (found := _told(name))), None)
    if told is None:
        if not word:
            raise ArenaError("all players are scripted; say which game they play with --scenario NAME")
        return load_game(word, **(options or {}))
    if not word and not is_installed(told.name):
        raise not_installed(told.name)
    name, said = taken_apart(word or told.name)
    if name != told.name:
        raise ArenaError(f"the players play {told.name}, not {name}; leave out what differs")
    game = load_game(word or told.name, **{**told.parameters, **said, **(options or {})})
    if differing := [key for key, value in told.parameters.items() if game.parameters.get(key) != value]:
        key = differing[0]
        own, wanted = told.parameters[key], game.parameters.get(key)
        raise ArenaError(f"the players play {told.name} with {key} = {own!r}, not {wanted!r}; leave out what differs")
    return game


def load_players(entries: Sequence[Entry], game: Game) -> list[tuple[Entry, Player]]:
    """The entries with their players, in order, each content once: a checkpoint entered again is the same player."""
    loaded = [(entry, entry.load(game)) for entry in entries]
    first = {player.hash: (entry, player) for entry, player in reversed(loaded)}
    return [first[h] for h in dict.fromkeys(player.hash for _, player in loaded)]


def league_entries(league: Path) -> list[Entry]:
    """The players of a league, in the order in which they entered."""
    with Ledger.read_only(league / LEDGER) as ledger:
        return [league_entry(league, entrant) for entrant in ledger.entrants().values()]


def league_entry(league: Path, entrant: Entrant) -> Entry:
    """A player of a league, which keeps its checkpoint under its hash."""
    if entrant.kind == "scripted":
        return Entry(entrant.name, script=str(entrant.card.get("script", entrant.name)))
    if not HASH.match(entrant.hash):
        raise ArenaError(f"{league / LEDGER}: {entrant.hash!r} is no player's hash; the ledger has been changed")
    return Entry(entrant.name, str(league / PLAYERS / entrant.hash))


def _find(word: str, act: str) -> list[Entry]:
    if "/" not in word and word in _scripts():
        return [Entry(word, script=word)]
    path, step, member = _parts(word)
    if (path / card.CARD).is_file():
        return [_checkpoint(path, act)]
    if (path / "checkpoints").is_dir():
        return _of_run(path, step, member, act)
    if (path / LEDGER).is_file():
        return [replace(entry, act=act if entry.folder else "") for entry in league_entries(path)]
    if path.exists() or "/" in word:
        what = "is not a run, a league or a checkpoint" if path.exists() else "does not exist"
        raise ArenaError(f"{path} {what}; train one with: arena train SCENARIO --out {path}")
    return [Entry(word, script=word)]


def _parts(word: str) -> tuple[Path, str | None, str | None]:
    """The folder, the step and the member that a word names; a folder of the whole name comes first."""
    if Path(word).exists():
        return Path(word), None, None
    match = PATTERN.match(word)
    assert match is not None  # the pattern matches every text
    return Path(match["path"]), match["step"], match["member"]


def _scripts() -> set[str]:
    """The scripted players of the scenarios that are ours; those of other files are known by there being no folder."""
    return {"random"}.union(*(getattr(find_module(name), "PLAYERS", {}) for name in built_in_scenarios()))


def _told(word: str) -> card.ScenarioCard | None:
    """What the league or the first checkpoint that a word names says of its game, if it names any."""
    path, *_ = _parts(word)
    if "/" not in word and word in _scripts():
        return None
    if (path / LEDGER).is_file():
        with Ledger.read_only(path / LEDGER) as ledger:
            return card.scenario_card(ledger.spec, path / LEDGER)
    folders = [Path(entry.folder) for entry in _find(word, "") if entry.folder]
    return card.read_card(folders[0]).scenario if folders else None


def _checkpoint(folder: Path, act: str) -> Entry:
    """A checkpoint alone is named by its run, step and member where its folders say so."""
    run = folder.parent.parent.parent
    is_in_run = folder.parent.parent.name == "checkpoints"
    return _of_step(run, folder, act, True) if is_in_run else Entry(folder.name, str(folder), act)


def _of_step(run: Path, folder: Path, act: str, with_member: bool) -> Entry:
    member = f"#{folder.name}" if with_member else ""
    return Entry(f"{run.name}@{folder.parent.name}{member}", str(folder), act)


def _of_run(run: Path, step: str | None, member: str | None, act: str) -> list[Entry]:
    folders = saved = checkpoint.folders_of(run)
    if not folders:
        raise ArenaError(f"{run} holds no checkpoint yet; let it train on with --resume")
    if not (step in (None, "all") or str(step).isdecimal()) or not (member is None or member.isdecimal()):
        raise ArenaError(f"{run} has no checkpoint @{step}#{member}; {FORMS}")
    has_members = len({folder.name for folder in folders}) > 1
    if member is not None:
        folders = [folder for folder in folders if folder.name == member]
    if step is None:
        folders = [f for f in folders if f.parent.name == folders[-1].parent.name]
    elif step != "all":
        folders = [folder for folder in folders if folder.parent.name == step]
    if not folders:
        steps, members = (sorted({int(name) for name in names}) for names in _named(saved))
        raise ArenaError(f"{run} has no such checkpoint; its steps are {steps}, its members {members}; {FORMS}")
    return [_of_step(run, folder, act, has_members) for folder in folders]


def _named(folders: Sequence[Path]) -> tuple[list[str], list[str]]:
    return [folder.parent.name for folder in folders], [folder.name for folder in folders]
