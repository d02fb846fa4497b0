"""How a ledger tells that it is of a league that trains, and the order of its legs."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from arena.games import Games
from league.plan import KEY

ENTRY = {KEY: {"name": "season"}}  # what its specification says of the format


def is_season(spec: Mapping[str, Any]) -> bool:
    """Whether a ledger with this specification is of a league that trains."""
    return bool(spec.get(KEY) == ENTRY[KEY])


def in_order(games: Games) -> Games:
    """The legs by who played them, and then by seed, whatever the order in which they were written."""
    rank = np.argsort(np.argsort(np.array(games.names, dtype=str), kind="stable"))
    return games[np.lexsort((games.seed, *rank[games.player].T[::-1]))]
