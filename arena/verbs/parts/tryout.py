"""A game against itself before a player joins: what is broken is told by name, before anything of it is written."""

from collections.abc import Sequence

import numpy as np

from agents.policies.scripted import scripted_player
from arena.draw import seeds_of
from arena.errors import ArenaError
from arena.game import Game
from arena.games import End, Games
from arena.player import Player
from arena.playing import play


def try_out(players: Sequence[Player], game: Game) -> None:
    """Plays a leg of each player against itself, with random in the seats that it cannot hold.

    ArenaError names whoever raises or acts illegally, in which seat, and what is wrong.
    """
    if not players:
        return
    guest = scripted_player(game, "random")
    seats = np.array([[seat.side in player.sides for seat in game.seats] for player in players])
    line_ups = np.where(seats, 1 + np.arange(len(players))[:, None], 0)
    seed = np.repeat(seeds_of(1, "tryout", game.identity), len(players))
    cast = {player.hash: player for player in (guest, *players)}
    names = [guest.hash, *(player.hash for player in players)]
    games, errors = play(Games.unplayed(game, names, line_ups, seed), cast, game)
    for player, end, fault in zip(players, games.end.tolist(), games.fault.tolist(), strict=True):
        if end in (End.VOID, End.FORFEIT):
            what = errors.get(player.hash, "an action of the wrong shape, not finite or out of range")
            raise ArenaError(f"{player.name} is broken: as {game.seats[fault].name} it gave {what}; leave it out")
