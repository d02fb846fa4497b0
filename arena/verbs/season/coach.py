"""The coach of a season: the networks of all members, and the files of what is frozen of them.

Axes: M members of a side, P players of a bank: the members of the other side, then what is frozen of it.
"""

import json
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from agents.policies import checkpoint
from agents.policies.card import ScenarioCard
from agents.policies.export import policies_of
from agents.training.loop import Report
from agents.training.population import Population
from agents.training.state import load_state, save_state
from arena.player import Player
from arena.verbs.parts.entries import PLAYERS, league_entry
from league.records.ledger import Entrant
from league.seasons.roster import Member, Season

NEW = ".new"  # the folder of a player whose hash is not known yet


class Coach:
    """See league.seasons.season.Coach; `rounds` make a period, and `path` is the league's folder."""

    def __init__(self, population: Population, season: Season, path: Path, rounds: int) -> None:
        self.population, self.path, self.rounds = population, path, rounds
        self.place = {m.name: k for side in population.trainings for k, m in enumerate(season.of_side(side))}
        self.players: dict[str, Player] = {}  # those met so far, by hash
        self.reports: dict[str, Report] = {}  # of the last period, by side

    def train(self, season: Season, chances: Mapping[str, np.ndarray]) -> Mapping[str, str]:
        """See Coach."""
        for side in self.population.trainings:
            past = [self.player(frozen.hash) for frozen in season.against(side)]
            self.population.meet(side, past, np.stack([chances[member.name] for member in season.of_side(side)]))
        self.reports = self.population.train(self.rounds)
        return {
            member.name: why
            for side, report in self.reports.items()
            for member in season.of_side(side)
            if (why := report.diverged().get(self.place[member.name]) or self.fault(member))
        }

    def fault(self, member: Member) -> str:
        """What is wrong with a member's weights, or an empty text."""
        weights, _ = policies_of(self.population.trainings[member.side], self.place[member.name], self.population.algo)
        is_sound = all(np.isfinite(x).all() for part in weights for x in part.values())
        return "" if is_sound else "a weight is not finite"

    def entrant(self, member: Member, period: int) -> Entrant:
        """See Coach: the files are in the league's folder, under the player's hash."""
        training, place = self.population.trainings[member.side], self.place[member.name]
        weights, parts = policies_of(training, place, self.population.algo)
        new, game = self.path / PLAYERS / NEW, training.game
        card = checkpoint.save(
            new,
            weights,
            parts=parts,
            scenario=ScenarioCard(name=game.name, version=game.version, parameters=game.parameters),
            seats=[seat.name for seat in game.seats],
            sides=[member.side],
            step=training.step,
            member=place,
            parent=None,
            configuration=self.configuration(member, period),
        )
        player, _, _ = checkpoint.load(new, named=game)
        kept = self.path / PLAYERS / player.hash
        if kept.exists():
            shutil.rmtree(new)
        else:
            new.rename(kept)
        self.players[player.hash] = player
        return Entrant(player.hash, f"{member.name}@{period}", "neural", (member.side,), card.model_dump())

    def configuration(self, member: Member, period: int) -> dict[str, Any]:
        """What a card says of where a player comes from."""
        learner = json.loads(json.dumps(asdict(self.population.learning(member.side).learner)))
        return {"member": member.name, "role": member.role, "life": member.lives, "period": period, "learner": learner}

    def player(self, name: str) -> Player:
        """A player of the league by its hash."""
        return self.players[name]

    def meet(self, entrants: Iterable[Entrant]) -> None:
        """Loads the players of the league."""
        for entrant in entrants:
            self.players[entrant.hash] = league_entry(self.path, entrant).load(self.population.game)

    @property
    def step(self) -> int:
        """World steps that each member has taken."""
        return next(iter(self.population.trainings.values())).step

    def roll_back(self, member: Member) -> None:
        """See Coach."""
        self.population.roll_back(member.side, self.place[member.name])

    def restart(self, member: Member) -> None:
        """See Coach."""
        self.population.restart(member.side, self.place[member.name], member.lives + 1)

    def save(self, folder: Path) -> None:
        """Saves what is needed to go on from here."""
        for side, training in self.population.trainings.items():
            save_state(folder / side, training)

    def load(self, folder: Path) -> None:
        """Puts everybody where they were saved."""
        for side, training in self.population.trainings.items():
            load_state(folder / side, training)
        self.population.keep()
