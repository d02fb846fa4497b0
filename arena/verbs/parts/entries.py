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

from agents import checkpoint
from agents.scripted import scripted_names, scripted_player
from arena.errors import ArenaError, nearest
from arena.player import Player
from arena.scenario import Scenario, find_module, known_scenarios, load
from league.ledger import Entrant, Ledger

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

    def load(self, scenario: Scenario) -> Player:
        """The player; ArenaError if it is not for this scenario."""
        if not self.folder:
            if self.script not in (known := scripted_names(scenario)):
                hint = nearest(self.script, known)
                raise ArenaError(
                    f"{self.script!r} is neither a folder nor a scripted player of {scenario.name}; {hint}"
                )
            return replace(scripted_player(scenario, self.script), name=self.name)
        player, own, _ = checkpoint.load(Path(self.folder), self.name, self.act)
        if own.identity != scenario.identity:
            raise ArenaError(f"{self.folder} plays {own.identity}, not {scenario.identity}; leave it out")
        return player


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


def find_scenario(words: Sequence[str], name: str = "", options: Mapping[str, Any] | None = None) -> Scenario:
    """The game that the players named by `words` play: a league's, that of the first checkpoint, or by name.

    ArenaError if all are scripted and there is no name, or if `name` or `options` say something else.
    """
    scenario = next((found for word in words if (found := _game_of(word))), None)
    if scenario is None:
        if not name:
            raise ArenaError("all players are scripted; say which game they play with --scenario NAME")
        return load(name, **(options or {}))
    wanted = load(name or scenario.name, **{**scenario.parameters, **(options or {})})
    if wanted.identity != scenario.identity:
        raise ArenaError(f"the players play {scenario.identity}, not {wanted.identity}; leave out what differs")
    return scenario


def load_players(entries: Sequence[Entry], scenario: Scenario) -> list[tuple[Entry, Player]]:
    """The entries with their players, in order, each content once: a checkpoint entered again is the same player."""
    loaded = [(entry, entry.load(scenario)) for entry in entries]
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


def scenario_of(ledger: Ledger) -> Scenario:
    """The game of a ledger; ArenaError if another version of it is installed."""
    spec = ledger.spec
    scenario = load(spec["scenario"], **spec["parameters"])
    if scenario.identity != spec["identity"]:
        raise ArenaError(f"{ledger.path} is about {spec['identity']}, but {scenario.identity} is installed")
    return scenario


def _find(word: str, act: str) -> list[Entry]:
    if "/" not in word and word in _scripts():
        return [Entry(word, script=word)]
    path, step, member = _parts(word)
    if (path / checkpoint.CARD).is_file():
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
    """The scripted players of all scenarios."""
    return {"random"}.union(*(getattr(find_module(name), "PLAYERS", {}) for name in known_scenarios()))


def _game_of(word: str) -> Scenario | None:
    """The game of the league or the checkpoints that a word names, if it names any."""
    path, *_ = _parts(word)
    if "/" not in word and word in _scripts():
        return None
    if (path / LEDGER).is_file():
        with Ledger.read_only(path / LEDGER) as ledger:
            return scenario_of(ledger)
    folders = [Path(entry.folder) for entry in _find(word, "") if entry.folder]
    return checkpoint.find_scenario(folders[0], checkpoint.read_card(folders[0])) if folders else None


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
