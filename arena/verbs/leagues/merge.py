"""Make one league of several that were played apart.

Example: arena league merge leagues/all leagues/monday leagues/tuesday

They must be of one specification: the same game, the same tournament seed. What is merged in stays as it is.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path
from typing import Annotated, Any

import tyro

from arena.errors import ArenaError
from arena.report import Report


@dataclass(frozen=True)
class Options:
    """Copies players, notes and legs; refuses, before anything is written, what contradicts itself."""

    league: Annotated[str, tyro.conf.Positional]
    """the league's folder that the others are merged into; it is made if there is none"""
    others: Annotated[tuple[str, ...], tyro.conf.Positional] = ()
    """the folders of the others"""


def run(options: Options) -> Iterator[Report]:
    """The result says how many players and legs came from where."""
    from arena.verbs.parts.entries import LEDGER
    from arena.verbs.parts.league_folder import LeagueFolder
    from league.records.ledger import Ledger
    from league.records.merge import check_agreement, merge

    folder = LeagueFolder(Path(options.league))
    others = [LeagueFolder(path) for path in check(options)]
    came = []
    with ExitStack() as opened:
        ledgers = [opened.enter_context(other.read()) for other in others]
        for other in ledgers:
            other.read()  # a damaged one is refused before anything is written
        for one, other in combinations(ledgers, 2):
            check_agreement(one, other)
        if folder.exists:
            ledger = opened.enter_context(folder.reopen())
            for other in ledgers:
                check_agreement(ledger, other)
        else:
            ledger = opened.enter_context(Ledger.open(folder.path / LEDGER, ledgers[0].spec))
        for source, other in zip(others, ledgers, strict=True):
            players = take_players(folder, ledger, source, other)
            came.append({"league": str(source.path), "players": players, "legs": merge(ledger, other)})
            yield Report("merge", len(came), len(others))
        data = {"league": str(folder.path), "came": came, "players": len(ledger.entrants()), "legs": len(ledger.read())}
    yield Report(text=text_of(data), data=data, is_result=True)


def check(options: Options) -> Sequence[Path]:
    """The folders of the others, each once; ArenaError if there are none, or for the league itself."""
    paths = list(dict.fromkeys(Path(word).resolve() for word in options.others))
    if not paths:
        raise ArenaError("name the leagues to merge in, e.g. arena league merge leagues/all leagues/a leagues/b")
    if Path(options.league).resolve() in paths:
        raise ArenaError(f"{options.league} cannot be merged into itself; name the others only")
    return list(dict.fromkeys(Path(word) for word in options.others))


def take_players(folder: Any, ledger: Any, source: Any, other: Any) -> int:
    """Enters the players of another league that this one does not know, with their files; how many those are."""
    from arena.verbs.parts.entries import league_entry
    from arena.verbs.parts.league_folder import unique

    known = ledger.entrants()
    taken = {entrant.name for entrant in known.values()}
    new = [entrant for entrant in other.entrants().values() if entrant.hash not in known]
    rows = []
    for entrant in new:
        entry = league_entry(source.path, entrant)
        if entry.folder:
            folder.copy(Path(entry.folder), entrant.hash, entry.act)
        rows.append(replace(entrant, name=unique(entrant.name, taken)))
        taken.add(rows[-1].name)
    ledger.enter(rows)
    return len(rows)


def text_of(data: dict[str, Any]) -> str:
    """What came from where, and what to do next."""
    lines = [f"from {part['league']}: {part['players']} players, {part['legs']:,} legs" for part in data["came"]]
    lines.append(f"{data['league']}: {data['players']} players, {data['legs']:,} legs")
    lines.append(f"play what is missing between them: arena tournament --out {data['league']} --resume")
    return "\n".join(lines)
