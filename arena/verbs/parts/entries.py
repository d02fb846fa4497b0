"""Who takes part: from words on the command line to players.

runs/a               every member's last checkpoint of a run
runs/a@STEP          every member at that step;  runs/a@STEP#MEMBER  one of them
runs/a@all           every checkpoint of the run
leagues/x            the players of a league
path/to/checkpoint   a folder with policy.safetensors and card.json
random, greedy, ...  a scripted player of the scenario
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from agents import checkpoint
from agents.scripted import scripted_names, scripted_player
from arena.errors import ArenaError, nearest
from arena.player import Player
from arena.scenario import Scenario, load
from league.ledger import Entrant, Ledger

LEDGER, PLAYERS = "ledger.sqlite", "players"  # in the folder of a league
HASH = re.compile(r"^[0-9a-f]{64}$")
PATTERN = re.compile(r"^(?P<path>.*?)(@(?P<step>all|\d+))?(#(?P<member>\d+))?$")


@dataclass(frozen=True)
class Entry:
    """A player by what it takes to load it, so that a worker process can load it too."""

    name: str
    folder: str = ""  # of a checkpoint; empty: scripted
    act: str = ""  # overrides the card's rule for acting

    def load(self, scenario: Scenario) -> Player:
        """The player; ArenaError if it is not for this scenario."""
        if not self.folder:
            return scripted_player(scenario, self.name)
        player, own, _ = checkpoint.load(Path(self.folder), self.name, self.act)
        if own.identity != scenario.identity:
            raise ArenaError(f"{self.folder} plays {own.identity}, not {scenario.identity}; leave it out")
        return player


def find_entries(words: Sequence[str], act: str = "") -> list[Entry]:
    """The entries that `words` name, in order."""
    if act not in ("", "sample", "greedy"):
        raise ArenaError(f"--act must be sample or greedy, not {act!r}")
    return [entry for word in words for entry in _find(word, act)]


def find_scenario(entries: Sequence[Entry], name: str = "") -> Scenario:
    """The game the entries play: that of the first checkpoint, or the scenario `name` if all are scripted."""
    for entry in entries:
        if entry.folder:
            folder = Path(entry.folder)
            scenario = checkpoint.find_scenario(folder, checkpoint.read_card(folder))
            if name and scenario.name != name:
                raise ArenaError(f"{entry.folder} plays {scenario.name}, not {name}")
            return scenario
    if not name:
        raise ArenaError("all entries are scripted; say which game they play with --scenario NAME")
    return load(name)


def load_players(entries: Sequence[Entry], scenario: Scenario) -> list[tuple[Entry, Player]]:
    """The entries with their players, in order, each content once: a checkpoint entered again is the same player."""
    loaded = [(entry, entry.load(scenario)) for entry in entries]
    first = {player.hash: (entry, player) for entry, player in reversed(loaded)}
    return [first[h] for h in dict.fromkeys(player.hash for _, player in loaded)]


def check_scripted(entries: Sequence[Entry], scenario: Scenario) -> None:
    """ArenaError for a word that is neither a path nor a scripted player of the scenario."""
    known = scripted_names(scenario)
    for entry in entries:
        if not entry.folder and entry.name not in known:
            raise ArenaError(
                f"{entry.name!r} is neither a folder nor a scripted player of {scenario.name}; "
                f"{nearest(entry.name, known)}"
            )


def _find(word: str, act: str) -> list[Entry]:
    match = PATTERN.match(word)
    assert match is not None  # the pattern matches every text
    path = Path(match["path"])
    if (path / checkpoint.CARD).is_file():
        return [_checkpoint(path, act)]
    if (path / "checkpoints").is_dir():
        return _of_run(path, match["step"], match["member"], act)
    if (path / LEDGER).is_file():
        return _of_league(path, act)
    if path.exists() or "/" in match["path"]:
        what = "is not a run, a league or a checkpoint" if path.exists() else "does not exist"
        raise ArenaError(f"{path} {what}; train one with: arena train SCENARIO --out {path}")
    return [Entry(word)]


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
    has_members = len({folder.name for folder in folders}) > 1
    if member is not None:
        folders = [folder for folder in folders if folder.name == member]
    if step is None:
        folders = [f for f in folders if f.parent.name == folders[-1].parent.name]
    elif step != "all":
        folders = [folder for folder in folders if folder.parent.name == step]
    if not folders:
        steps = sorted({int(folder.parent.name) for folder in saved})
        raise ArenaError(f"{run} has no checkpoint {step or ''}#{member or 'any'}; its steps: {steps}")
    return [_of_step(run, folder, act, has_members) for folder in folders]


def _of_league(league: Path, act: str) -> list[Entry]:
    with Ledger.read_only(league / LEDGER) as ledger:
        return [league_entry(league, entrant, act) for entrant in ledger.entrants().values()]


def league_entry(league: Path, entrant: Entrant, act: str = "") -> Entry:
    """A player of a league, which keeps its checkpoint under its hash."""
    if entrant.kind == "scripted":
        return Entry(entrant.name)
    if not HASH.match(entrant.hash):
        raise ArenaError(f"{league / LEDGER}: {entrant.hash!r} is no player's hash; the ledger has been changed")
    return Entry(entrant.name, str(league / PLAYERS / entrant.hash), act)
