"""What a league that trains looks like: its members, what they are worth, and whom they meet, as data and as text."""

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from arena.game import Game
from arena.games import Games
from arena.verbs.parts.tables import interval, table
from league import joint
from league.records.legs import is_finished
from league.seasons.catalog import find_role
from league.seasons.evidence import Knowledge
from league.seasons.roster import Member

SHOWN = 2  # opponents of a member, those it meets most


def standing(knowledge: Knowledge, games: Games, game: Game) -> dict[str, Any]:
    """The members with their ratings, the frozen players, and the events."""
    season = knowledge.season
    ratings = joint.rate(games[is_finished(games)], game)
    members = [
        {
            "name": member.name,
            "side": member.side,
            "role": member.role,
            "life": member.lives,
            "periods": len(member.seen),
            "frozen": sum(player.member == member.name for player in season.frozen),
            **(side_rating(ratings, member.seen[-1], member.side, game) if member.seen else {}),
            "meets": meets(knowledge, member),
        }
        for member in season.members
    ]
    frozen = [
        {"name": f"{p.member}@{p.period}", "hash": p.hash, "side": p.side, "why": p.why}
        | side_rating(ratings, p.hash, p.side, game)
        for p in season.frozen
    ]
    events = [{"period": e.period, "member": e.member, "kind": e.kind, "text": e.text} for e in season.events]
    return {"period": season.period, "members": members, "frozen": frozen, "events": events, "legs": len(games)}


def side_rating(ratings: joint.Ratings, name: str, side: str, game: Game) -> dict[str, float]:
    """A player's rating on a side and its ends; nothing of a player that has not played."""
    if name not in ratings.names:
        return {}
    place, own = (ratings.names.index(name), list(game.sides).index(side)), ratings.sides
    return {"rating": float(own.value[place]), "low": float(own.low[place]), "high": float(own.high[place])}


def meets(knowledge: Knowledge, member: Member) -> list[dict[str, Any]]:
    """Whom a member trains against most, with the chance of it and what it is thought to win."""
    view = knowledge.view(member)
    chances = find_role(member.role).chances(view, knowledge.rules)
    names = [*(rival.name for rival in view.rivals), *(f"{player.member}@{player.period}" for player in view.frozen)]
    order = np.lexsort((np.arange(len(names)), -chances))[:SHOWN]
    return [{"name": names[k], "chance": float(chances[k]), "win": float(view.win[k])} for k in order if chances[k] > 0]


def rules_text(rules: Mapping[str, Any]) -> str:
    """The rules, some to a line."""
    return textwrap.fill("rules: " + ", ".join(f"{name} {value}" for name, value in rules.items()), 100)


def events_text(events: Sequence[Mapping[str, Any]]) -> str:
    """A line for each event."""
    return "\n".join(f"{e['period']:4d}  {e['member']}: {e['kind']}, {e['text']}" for e in events)


def standing_text(data: Mapping[str, Any]) -> str:
    """The members in a table."""
    rows = [
        [
            member["name"],
            interval(member) if "rating" in member else "-",
            str(member["life"]),
            str(member["periods"]),
            str(member["frozen"]),
            ", ".join(f"{met['name']} {met['chance']:.0%}" for met in member["meets"]),
        ]
        for member in data["members"]
    ]
    headers = ["member", "Elo on its side [95%]", "life", "periods", "frozen", "trains against"]
    text = table(headers, rows, left=(0, 5))
    return f"{text}\nperiod {data['period']}, {len(data['frozen'])} frozen players, {data['legs']:,} judged legs"
