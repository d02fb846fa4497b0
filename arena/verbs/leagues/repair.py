"""Keep what is sound of a damaged ledger, and say what is to be played again.

Example: arena league repair leagues/first

The damaged file is kept beside it. Nothing is changed if nothing is damaged.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import tyro

from arena.report import Report


@dataclass(frozen=True)
class Options:
    """Looks at every block of the ledger; nobody may be playing in the league."""

    league: Annotated[str, tyro.conf.Positional]
    """the league's folder"""


def run(options: Options) -> Iterator[Report]:
    """The result says what was kept, and what was lost."""
    from arena.verbs.parts.entries import LEDGER
    from league.records.salvage import repair

    folder = Path(options.league)
    found, kept = repair(folder / LEDGER)
    known = [legs for legs in found.damaged.values() if legs is not None]
    data = {
        "league": str(folder),
        "is_sound": found.is_sound,
        "complaint": found.complaint,
        "kept_legs": found.legs,
        "lost_legs": sum(known) + found.orphans,  # as far as they can be counted
        "lost_blocks": list(found.damaged),
        "uncounted_blocks": len(found.damaged) - len(known),
        "lost_players": found.lost_players,
        "copy": str(kept) if kept else None,
    }
    yield Report(text=text_of(data), data=data, is_result=True)


def text_of(data: dict[str, Any]) -> str:
    """What was found, what became of it, and what to do next."""
    legs = f"{data['kept_legs']:,} legs"
    if data["is_sound"]:
        return f"{data['league']} is sound: {legs}, every block as it was written"
    more = f" and those of {data['uncounted_blocks']} blocks that cannot be counted" * bool(data["uncounted_blocks"])
    lines = [f"the file: {data['complaint']}"] if data["complaint"] else []
    if data["lost_blocks"]:
        lines.append(f"damaged blocks: {', '.join(map(str, data['lost_blocks']))}")
    lines.append(f"kept: {legs}; lost: {data['lost_legs']:,} legs{more}")
    if data["lost_players"]:
        lines.append(f"lost players: {data['lost_players']}; name them again behind tournament if they are to play on")
    lines.append(f"the ledger as it was: {data['copy']}")
    lines.append(f"play again what is lost: arena tournament --out {data['league']} --resume")
    return "\n".join(lines)
