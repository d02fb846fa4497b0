"""The meta-game of a league, by the names of its players."""

from collections.abc import Sequence
from typing import Any

from arena.errors import ArenaError
from arena.game import Game
from arena.games import Games
from league.metagame.report import metagame
from league.payoff import Payoff

MOST_UNASKED = 30  # players: beyond, it takes seconds that only those who ask for it should spend


def meta(games: Games, scenario: Game, order: Sequence[str]) -> dict[str, Any]:
    """The report of `league.metagame`, its players in the order of their rank; ArenaError for a game of one side."""
    if len(scenario.sides) != 2:
        raise ArenaError(f"{scenario.name} is a game of one side: nobody beats anybody, so there is no meta-game")
    found = metagame(Payoff.by_seed(games, scenario))
    rank = {player: place for place, player in enumerate(order)}
    return found | {"players": sorted(found["players"], key=lambda player: rank[player["hash"]])}
