"""The game of a ledger, as far as ratings need it: reading a league imports no game."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from arena.errors import ArenaError
from arena.game import Game, Head


@dataclass(frozen=True)
class RecordedSeat:
    """A seat of which only its name and its side are known."""

    name: str
    side: str
    sees: int = 0
    heads: tuple[Head, ...] = ()


class RecordedGame(Game):
    """What a ledger's specification (`ledger.spec_of`) tells of its game, which cannot be played by it."""

    story = ""
    cycles = 0

    def __init__(self, spec: Mapping[str, Any]) -> None:
        self.name, self.version = str(spec["scenario"]), int(spec["version"])
        self._seats = tuple(RecordedSeat(*pair) for pair in zip(spec["seats"], spec["seat_sides"], strict=True))
        self._spec = spec

    @property
    def seats(self) -> tuple[RecordedSeat, ...]:
        return self._seats

    @property
    def metric_names(self) -> tuple[str, ...]:
        return tuple(self._spec["metrics"])

    @property
    def parameters(self) -> dict[str, Any]:
        return dict(self._spec["parameters"])

    @property
    def word(self) -> str:
        return self.name

    @property
    def has_outcome(self) -> bool:
        return bool(self._spec["has_outcome"])

    def open(self, count: int, *, threads: int | None = None, restarts: bool = True) -> NoReturn:
        raise ArenaError(f"{self.name} is only known from a ledger; load the game itself to play it")
