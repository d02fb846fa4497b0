"""Who descends from whom, as data and as a tree."""

from collections.abc import Mapping
from typing import Any

from arena.verbs.parts.tables import interval
from league.seasons.roster import Season


def lineage(season: Season, standing: Mapping[str, Any]) -> dict[str, Any]:
    """By member its lives, each a list of frozen players, the oldest first; parents are the ones before."""
    rated = {player["hash"]: player for player in standing["frozen"]}
    members: dict[str, list[list[dict[str, Any]]]] = {member.name: [] for member in season.members}
    for player in season.frozen:
        lives = members.setdefault(player.member, [])
        if not player.parent or not lives:
            lives.append([])
        lives[-1].append({**rated[player.hash], "period": player.period, "parent": player.parent or None})
    return {"period": season.period, "unit": standing["unit"], "members": members}


def lineage_text(data: Mapping[str, Any]) -> str:
    """A branch for each member, on it one for each life, on that the frozen players."""
    lines = []
    unit = data["unit"]
    for name, lives in data["members"].items():
        lines.append(name)
        for number, life in enumerate(lives, 1):
            is_last = number == len(lives)
            lines.append(f"{'└' if is_last else '├'}─ life {number}")
            for k, player in enumerate(life):
                twig = "└" if k == len(life) - 1 else "├"
                rating = f"   {interval(player, unit)} {unit.replace('elo', 'Elo')}" if "rating" in player else ""
                lines.append(f"{' ' if is_last else '│'}  {twig}─ @{player['period']}   {player['why']}{rating}")
        if not lives:
            lines.append("└─ nothing is frozen yet")
    return "\n".join(lines)
