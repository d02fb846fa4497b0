"""A study whose games are played: who was compared, and what everything that is told of them is made of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from arena.game import Game
from arena.verbs.comparing.cast import Cast
from arena.verbs.comparing.contenders import Contender
from arena.verbs.comparing.study_folder import StudyFolder
from league.studies.cells import Cell, Group
from league.studies.cross import CrossPlay
from league.studies.field import Field, field_of
from league.studies.measures import Measure, measures_of


@dataclass(frozen=True)
class Study:
    """What was compared, and what was played."""

    options: Any
    game: Game
    contenders: Sequence[Contender]
    learners: Mapping[str, Mapping[str, Any]]  # of each contender, by side
    cast: Cast
    cross: CrossPlay
    curves: CrossPlay
    folder: StudyFolder

    @cached_property
    def measures(self) -> list[Measure]:
        """What is measured in a game."""
        part = getattr(self.game, "part", lambda _: None)
        return measures_of(self.game, part("SHARES") or ())

    @cached_property
    def trained(self) -> list[str]:
        """The contenders of whom some member reached the end."""
        return [contender.name for contender in self.contenders if contender.name in self.cast.groups]

    @cached_property
    def groups(self) -> list[Group]:
        """Rows and columns: contenders, then anchors."""
        return [Group(name, players, name in self.trained) for name, players in self.cast.groups.items()]

    @cached_property
    def cells(self) -> dict[tuple[str, str], Cell]:
        """The cells by row and column; none where nobody meets anybody."""
        if len(self.game.seats) == 1:
            return {}
        return {(r.name, c.name): Cell.of(self.cross, r, c) for r in self.groups for c in self.groups}

    @cached_property
    def field(self) -> Field:
        """The seeds' scores."""
        return field_of(self.cross, self.game, self.cast.groups, self.trained)

    @cached_property
    def tables(self) -> dict[str, np.ndarray]:
        """The scores [N, S] of each contender that aggregates are made of."""
        scores = self.field.scaled or self.field.raw
        return {name: scores[name] for name in self.trained}
