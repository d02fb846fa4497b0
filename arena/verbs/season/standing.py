"""What a league that trains looks like: its members, what they are worth, and whom they meet, as data and as text."""

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from arena.game import Game
from arena.games import Games
from arena.verbs.parts.tables import interval, table
from arena.verbs.season.worth import Worth, heading
from league.records.legs import is_finished
from league.seasons.catalog import find_role
from league.seasons.evidence import Knowledge
from league.seasons.roster import Member, Season

SHOWN = 2  # opponents of a member, those it meets most


def standing(knowledge: Knowledge, games: Games, game: Game, step: int, resamples: int = 1000) -> dict[str, Any]:
    """The members with their ratings, the frozen players, and the events; `step` of each member's world steps."""
    season = knowledge.season
    worth = Worth.of(games[is_finished(games)], game, resamples)
    members = [
        {
            "name": member.name,
            "side": member.side,
            "role": member.role,
            "life": member.lives,
            "periods": len(member.seen),
            "frozen": sum(player.member == member.name for player in season.frozen),
            "gates": gates(season, member),
            **(worth.on(member.side, member.seen[-1]) if member.seen else {}),
            "meets": meets(knowledge, member),
        }
        for member in season.members
    ]
    frozen = [
        {"name": f"{p.member}@{p.period}", "hash": p.hash, "side": p.side, "why": p.why} | worth.on(p.side, p.hash)
        for p in season.frozen
    ]
    events = [{"period": e.period, "member": e.member, "kind": e.kind, "text": e.text} for e in season.events]
    told = {"members": members, "frozen": frozen, "events": events}
    return {"period": season.period, "step": step, "unit": worth.unit, **told, "legs": len(games)}


def meets(knowledge: Knowledge, member: Member) -> list[dict[str, Any]]:
    """Whom a member trains against most, with the chance of it and what it is thought to win."""
    view = knowledge.view(member)
    chances = find_role(member.role).chances(view, knowledge.rules)
    names = [*(rival.name for rival in view.rivals), *(f"{player.member}@{player.period}" for player in view.frozen)]
    order = np.lexsort((np.arange(len(names)), -chances))[:SHOWN]
    return [{"name": names[k], "chance": float(chances[k]), "win": float(view.win[k])} for k in order if chances[k] > 0]


def gates(season: Season, member: Member) -> dict[str, int]:
    """How many gates a member has asked to pass, and how many it has passed."""
    asked = [event.text for event in season.events if event.kind == "gate" and event.member == member.name]
    return {"asked": len(asked), "passed": sum(text.startswith("passed") for text in asked)}


def rules_text(rules: Mapping[str, Any]) -> str:
    """The rules, some to a line."""
    return textwrap.fill("rules: " + ", ".join(f"{name} {value}" for name, value in rules.items()), 100)


def events_text(events: Sequence[Mapping[str, Any]]) -> str:
    """A line for each event."""
    return "\n".join(f"{e['period']:4d}  {e['member']}: {e['kind']}, {e['text']}" for e in events)


def standing_text(data: Mapping[str, Any]) -> str:
    """The members in a table."""
    unit, members = data["unit"], data["members"]
    has_teams, has_gates = unit == "score", any(member["gates"]["asked"] for member in members)
    rows = [
        [
            member["name"],
            interval(member, unit) if "rating" in member else "-",
            *([interval(member.get("own_team"), unit)] * has_teams),
            str(member["life"]),
            str(member["periods"]),
            str(member["frozen"]),
            *([f"{member['gates']['passed']} of {member['gates']['asked']}"] * has_gates),
            ", ".join(f"{other['name']} {other['chance']:.0%}" for other in member["meets"]),
        ]
        for member in members
    ]
    headers = ["member", heading(unit), *["in its own team"] * has_teams, "life", "periods", "frozen"]
    headers += [*["gates passed"] * has_gates, "trains with" if has_teams else "trains against"]
    text = table(headers, rows, left=(0, len(headers) - 1))
    return (
        f"{text}\nperiod {data['period']}, {data['step']:,} steps of each, {len(data['frozen'])} frozen players, "
        f"{data['legs']:,} judged legs"
    )
