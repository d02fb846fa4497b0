"""Watch a game: in a window, or as a GIF or PNG file.

Example: arena watch runs/maddpg greedy --out final.gif

Keys: space pause, right arrow one step, + and - speed, r the next seed, q quit.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import tyro

from arena.errors import ArenaError
from arena.report import Report


@dataclass(frozen=True)
class Options:
    """Shows one game of A against B; without a display it is written to game.gif."""

    players: Annotated[tuple[str, ...], tyro.conf.Positional]
    """one player for each side, in the order of `sides`; or one player for all of them"""
    seed: int = 0
    """which world: the same seed is the same game; a leg of a league is watched by the seed that its ledger holds"""
    sides: str = ""
    """the sides that the players hold, in order, e.g. good,adversary; the default is the first side listed last"""
    out: str = ""
    """write game.gif (the whole game) or game.png (its last frame) instead of opening a window"""
    fps: float = 10.0
    """frames a second"""
    size: int = 560
    """width and height of a file, in pixels"""
    act: str = ""
    """sample or greedy, for all neural players, instead of what their cards say"""
    scenario: str = ""
    """the game, if all players are scripted"""
    option: tyro.conf.UseAppendAction[tuple[str, ...]] = ()
    """an option of that game, as NAME=VALUE; may be repeated"""


def run(options: Options) -> Iterator[Report]:
    """Shows the game; the result names the file if one was written."""
    from arena.film import film
    from arena.render.export import save
    from arena.render.scene import Scene

    if not 64 <= options.size <= 4096:
        raise ArenaError(f"--size must lie between 64 and 4096, not {options.size}")
    if not 0.1 <= options.fps <= 100:
        raise ArenaError(f"--fps must lie between 0.1 and 100, not {options.fps}")
    game, line_up, names = seat_players(options)

    def make_film(seed: int) -> list[Any]:
        return list(film(game, line_up, seed))

    out = options.out
    if not out:
        from arena.render.window import NoDisplay, watch

        try:
            watch(game, make_film, names, options.seed, options.fps)
            yield Report(is_result=True)
            return
        except NoDisplay:
            out = "game.gif"
            yield Report(text="there is no display: the game is written to a file instead")
    frames = make_film(options.seed)
    scene = Scene.of(game, frames, names)
    save(Path(out), list(scene.pictures(options.size, options.size)), options.fps)
    returns = dict(zip(game.sides, frames[-1].rewards, strict=True))
    text = f"wrote {out}: {', '.join(f'{side} {value:+.1f}' for side, value in returns.items())}"
    yield Report(text=text, data={"out": out, "returns": returns}, is_result=True)


def seat_players(options: Options) -> tuple[Any, list[Any], list[str]]:
    """The game, the player in each seat, and the name to show for each side."""
    from arena.verbs.parts.entries import find_entry, find_game
    from arena.verbs.parts.values import assignments

    entries = [find_entry(word, options.act) for word in options.players]
    game = find_game(options.players, options.scenario, assignments(options.option))
    sides = side_order(options.sides, tuple(game.sides))
    if len(entries) == 1:
        entries = entries * len(sides)
    if len(entries) != len(sides):
        raise ArenaError(f"{game.name} has the sides {', '.join(sides)}: name one player for each, or one for all")
    held = {side: entry.load(game) for side, entry in zip(sides, entries, strict=True)}
    for side, player in held.items():
        if side not in player.sides:
            raise ArenaError(
                f"{player.name} holds {', '.join(player.sides)} and not {side}; "
                f"name a player for each side, in the order {','.join(sides)}, or another order with --sides"
            )
    return game, [held[seat.side] for seat in game.seats], [held[side].name for side in game.sides]


def side_order(given: str, known: tuple[str, ...]) -> tuple[str, ...]:
    """The sides in the order in which players are named: good before adversary unless said otherwise."""
    if not given:
        return tuple(reversed(known))
    sides = tuple(side.strip() for side in given.split(","))
    if sorted(sides) != sorted(known):
        raise ArenaError(f"--sides {given!r} must name each of {', '.join(known)} once")
    return sides
