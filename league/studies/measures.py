"""What is measured in the games of a study: the return of each side, and the metrics of the scenario."""

from collections.abc import Sequence
from dataclasses import dataclass

from arena.game import Game
from league.board.tally import side_of_metric
from league.studies.intervals import SHARE, UNBOUNDED, Bounds


@dataclass(frozen=True)
class Measure:
    """One number of a game."""

    name: str  # return/SIDE, or a metric's name
    column: int  # its place on axis V of a cell
    side: str | None  # whose it is; None: everybody's
    is_share: bool  # lies in [0, 1]

    @property
    def is_return(self) -> bool:
        """Whether it is what a side earned."""
        return self.name == f"return/{self.side}"

    @property
    def label(self) -> str:
        """What it is called where people read."""
        return f"return of {self.side}" if self.is_return else self.name.replace("_", " ")

    @property
    def bounds(self) -> Bounds:
        """Between which numbers it must lie."""
        return SHARE if self.is_share else UNBOUNDED


def measures_of(game: Game, shares: Sequence[str]) -> list[Measure]:
    """The measures of a game, in the order of axis V; `shares` are the metrics that lie in [0, 1]."""
    sides = list(game.sides)
    measures = [Measure(f"return/{side}", k, side, False) for k, side in enumerate(sides)]
    for column, name in enumerate(game.metric_names, start=len(sides)):
        index = side_of_metric(name, sides)
        measures.append(Measure(name, column, None if index is None else sides[index], name in shares))
    return measures
