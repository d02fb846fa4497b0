"""Playing legs: games in, the same games with their results out.

A leg depends on its scenario, its line-up and its seed alone: the world runs on the stream of the seed, each seat's
player on a stream of its own below it, and policies treat the rows of a batch one by one. So the bits of a result
are the same for any batch size, order and number of workers.
"""

from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace

import numpy as np

from arena.draw import children
from arena.game import DRAW, Game, Worlds
from arena.games import End, Games
from arena.player import Player


@dataclass(frozen=True)
class Turn:
    """The legs of a batch in which one player holds one seat: what it is asked to act on at once."""

    seat: int
    player: Player
    rows: np.ndarray  # [M]      the legs
    memory: np.ndarray  # [M, H] float32
    stream: np.ndarray  # [M]    uint64


def seat_streams(seed: np.ndarray, seat: int) -> np.ndarray:
    """The random streams uint64 [G] that the players of a seat draw from in the legs of `seed` [G]."""
    return children(seed, 1 + seat)


def play(games: Games, players: Mapping[str, Player], game: Game, batch_legs: int = 0) -> tuple[Games, dict[str, str]]:
    """The results of `games`, and what went wrong with which player ({content hash: message}).

    An illegal action forfeits its leg. A player that raises voids the legs of its turn; nobody else's are touched.
    """
    errors: dict[str, str] = {}
    batch_legs = batch_legs or game.batch_legs
    parts = [
        _play_batch(games[slice(lo, lo + batch_legs)], players, game, errors) for lo in range(0, len(games), batch_legs)
    ]
    return (Games.joined(parts) if parts else games), errors


def turns(games: Games, players: Mapping[str, Player]) -> Iterator[Turn]:
    """The legs of `games` by who holds each seat."""
    for seat in range(games.player.shape[1]):
        holder = games.player[:, seat]
        streams = seat_streams(games.seed, seat)
        for index in np.unique(holder):
            player, rows = players[games.names[index]], np.flatnonzero(holder == index)
            memory = np.zeros((len(rows), player.policy.memory_width), np.float32)
            yield Turn(seat, player, rows, memory, streams[rows])


def _play_batch(games: Games, players: Mapping[str, Player], game: Game, errors: dict[str, str]) -> Games:
    legs = len(games)
    action = np.zeros((len(game.seats), legs, game.action_width), np.float32)
    pending = list(turns(games, players))
    is_done = np.zeros(legs, np.bool_)
    void_seat = np.full(legs, -1, np.int16)
    result = replace(games, **{n: getattr(games, n).copy() for n in ("score", "winner", "end", "fault", "metrics")})
    with closing(game.open(legs, threads=1, restarts=False)) as worlds:
        obs = worlds.reset(games.seed)
        for step in range(game.cycles):
            for turn in list(pending):
                try:
                    action[turn.seat, turn.rows] = act(turn, obs, step, game.action_width)
                except (Exception, SystemExit) as error:
                    errors[turn.player.hash] = f"{type(error).__name__}: {error}"
                    action[turn.seat, turn.rows] = 0
                    void_seat[turn.rows] = turn.seat
                    pending.remove(turn)
            out = worlds.step(action)
            ended = out.last & ~is_done
            if ended.any():
                _write_results(result, game, worlds, ended)
                is_done |= ended
            if is_done.all():
                break
    _write_voids(result, void_seat)
    return result


def act(turn: Turn, obs: np.ndarray, step: int, width: int) -> np.ndarray:
    """The player's actions [M, U]; all NaN, which forfeits, if they are not that shape."""
    seen = obs[turn.seat, turn.rows]
    action = np.asarray(turn.player.policy.act(turn.seat, seen, turn.memory, turn.stream, step))
    if action.shape != (len(seen), width) or action.dtype.kind != "f":
        return np.full((len(seen), width), np.nan, np.float32)
    return action


def _write_results(result: Games, game: Game, worlds: Worlds, ended: np.ndarray) -> None:
    """Writes down the legs `ended` [G] from the worlds that have just finished them."""
    out = worlds.out
    for index, seats in enumerate(game.sides.values()):
        result.score[ended, index] = out.returns[ended][:, list(seats)].mean(1)
    result.winner[ended] = out.winner[ended]
    result.metrics[ended] = out.metrics[ended]
    result.end[ended] = End.PLAYED
    at_fault = ended & (out.fault > 0)
    if at_fault.any():
        seat = out.fault[at_fault] - 1
        result.end[at_fault] = End.FORFEIT
        result.fault[at_fault] = seat
        result.winner[at_fault] = other_side(game)[seat]
        result.score[at_fault] = np.nan
        result.metrics[at_fault] = np.nan


def other_side(game: Game) -> np.ndarray:
    """For each seat the side that wins when it forfeits; DRAW unless there are two sides."""
    winner = np.full(len(game.seats), DRAW, np.int8)
    if len(game.sides) == 2:
        for index, seats in enumerate(game.sides.values()):
            winner[list(seats)] = 1 - index
    return winner


def _write_voids(result: Games, void_seat: np.ndarray) -> None:
    is_void = void_seat >= 0
    result.end[is_void] = End.VOID
    result.fault[is_void] = void_seat[is_void]
    result.winner[is_void] = DRAW
    result.score[is_void] = np.nan
    result.metrics[is_void] = np.nan
