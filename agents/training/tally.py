"""What training counts between two reports: the games that ended, and what the updates measured."""

from collections.abc import Mapping, Sequence

import numpy as np
import torch
from torch import Tensor

from arena.game import Game, Worlds
from arena.norm import normalised_sides


class Tally:
    """Means over the games and updates since the last report."""

    def __init__(self, game: Game, members: int, seats: Sequence[Sequence[int]]) -> None:
        """`seats` are those of each learner of a team."""
        self.game, self.members, self.seats = game, members, seats
        self.clear()

    def clear(self) -> None:
        """Counts from nothing."""
        self.games = np.zeros(self.members)
        self.sums = np.zeros((self.members, len(self.names())))
        self.learned: list[dict[str, Tensor]] = [{} for _ in self.seats]
        self.updates = [0 for _ in self.seats]

    def names(self) -> list[str]:
        """What is counted of games: returns of sides, in scenario units a game, and metrics."""
        sides, metrics = self.game.sides, self.game.metric_names
        return [f"return/{side}" for side in sides] + [f"metric/{name}" for name in metrics]

    def add_games(self, worlds: Worlds) -> None:
        """Counts the games that ended in the last step."""
        out = worlds.out
        if not out.last.any():
            return
        sides = [out.returns[:, list(seats)].mean(1) for seats in self.game.sides.values()]
        values = np.column_stack([*sides, out.metrics]).reshape(self.members, -1, len(self.names()))
        ended = out.last.reshape(self.members, -1)
        self.games += ended.sum(1)
        self.sums += np.where(ended[:, :, None], values, 0).sum(1)  # metrics of worlds yet to end a game are nan

    def add_update(self, learner: int, metrics: Mapping[str, Tensor]) -> None:
        """Counts an update of learner number `learner` of the team."""
        learned = self.learned[learner]
        for name, value in metrics.items():
            learned[name] = learned.get(name, torch.zeros(())) + value
        self.updates[learner] += 1

    def tensors(self) -> dict[str, Tensor]:
        """What has been counted, by name."""
        counted = {"games": torch.from_numpy(self.games), "sums": torch.from_numpy(self.sums)}
        learned = {f"learned.{k}.{name}": x for k, own in enumerate(self.learned) for name, x in own.items()}
        return {**counted, "updates": torch.tensor(self.updates), **learned}

    def restore(self, tensors: Mapping[str, Tensor]) -> None:
        """Goes on counting where `tensors` was taken."""
        self.games, self.sums = tensors["games"].numpy().copy(), tensors["sums"].numpy().copy()
        self.updates = tensors["updates"].tolist()
        for k, learned in enumerate(self.learned):
            prefix = f"learned.{k}."
            learned |= {name.removeprefix(prefix): x.clone() for name, x in tensors.items() if name.startswith(prefix)}

    def learned_rows(self) -> list[dict[str, float]]:
        """What the updates measured, a dict for each member: NAME/SEAT."""
        rows: list[dict[str, float]] = [{} for _ in range(self.members)]
        for learned, updates, seats in zip(self.learned, self.updates, self.seats, strict=True):
            names = [self.game.seats[seat].name for seat in seats]
            for name, total in sorted(learned.items()):
                for row, values in zip(rows, (total / updates).view(self.members, -1).tolist(), strict=True):
                    row |= {f"{name}/{seat}": value for seat, value in zip(names, values, strict=True)}
        return rows

    def rows(self, step: int, updates: int) -> tuple[Mapping[str, float], ...]:
        """One row a member; what was not seen since the last report is left out."""
        rows = []
        for member, learned in enumerate(self.learned_rows()):
            row: dict[str, float] = {"step": step, "member": member, "updates": updates}
            if self.games[member]:
                row |= dict(zip(self.names(), (self.sums[member] / self.games[member]).tolist(), strict=True))
                scores = {side: row[f"return/{side}"] for side in self.game.sides}
                row |= {f"normalised/{side}": value for side, value in normalised_sides(self.game, scores).items()}
            rows.append(row | learned)
        return tuple(rows)
