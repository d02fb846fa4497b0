"""What everybody reaches with partners, by the names of the players."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from arena.game import Game
from arena.games import Games
from league.fits.resample import Estimate
from league.partners import Partners, Teams
from league.partners import partners as partners_of

Numbers = dict[str, float | None]


def partners(games: Games, scenario: Game, order: Sequence[str], zero: float | None = None) -> dict[str, Any]:
    """`players` in the order of their rank with `self_play`, `cross_play`, `gap`, `br_prox` and, as a guest, `seats`.

    Each is a `value` with `low` and `high`, null where that is not known. `cells` [P][P] has `legs` and the mean
    `score` of the row's team with the column as a guest, null where they have not met so; `gap` is that of all, and
    `zero` the score from which BR-Prox is counted, null if there is none. ArenaError for several sides or one seat.
    """
    found, teams = partners_of(games, scenario, zero), Teams.of(games, scenario)
    place = {player: row for row, player in enumerate(found.names)}
    seats = [seat.name for seat in scenario.seats]
    known = [player for player in order if player in place]
    legs, total = (np.asarray(array.sum((0, 1)), np.float64) for array in (teams.legs, teams.total))
    # A team of one player is there once for each seat.
    legs[np.diag_indices_from(legs)] /= len(seats)
    total[np.diag_indices_from(total)] /= len(seats)
    return {
        "zero": zero,
        "gap": _numbers(found.mean_gap),
        "players": [_player(found, player, place[player], seats) for player in known],
        "cells": [[_cell(legs[place[i], place[j]], total[place[i], place[j]]) for j in known] for i in known],
    }


def _player(found: Partners, player: str, row: int, seats: Sequence[str]) -> dict[str, Any]:
    by_seat = {
        seat: {
            "cross_play": _numbers(found.seat_cross_play[a, row]),
            "br_prox": _numbers(found.seat_br_prox[a, row]),
        }
        for a, seat in enumerate(seats)
    }
    whole = {name: _numbers(getattr(found, name)[row]) for name in ("self_play", "cross_play", "gap", "br_prox")}
    return {"hash": player, **whole, "seats": by_seat}


def _cell(legs: float, total: float) -> dict[str, Any] | None:
    return {"legs": round(legs), "score": float(total / legs)} if legs else None


def _numbers(estimate: Estimate) -> Numbers:
    parts = {"value": estimate.value, "low": estimate.low, "high": estimate.high}
    return {name: float(part) if np.isfinite(part) else None for name, part in parts.items()}
