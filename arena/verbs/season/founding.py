"""Making a league that trains from the options of `arena league train`."""

from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from agents.policies.scripted import scripted_names, scripted_player
from agents.training.population import Population
from agents.training.replay import Row
from agents.training.team import by_side, learners_of
from arena.catalog import load_game, short_name
from arena.environment import environment_digest
from arena.errors import ArenaError
from arena.game import Game
from arena.games import Games
from arena.playing import play
from arena.verbs.parts.holders import check_known
from arena.verbs.parts.values import assignments
from arena.verbs.season.coach import Coach
from arena.verbs.season.folder import SeasonFolder
from league.records.ledger import Ledger, spec_of
from league.seasons.catalog import check_roles, find_preset, find_role, members_of, rules_of
from league.seasons.records import ENTRY
from league.seasons.roster import Season
from league.seasons.season import Plan


@dataclass
class Founded:
    """A league that is ready to train, or to go on."""

    plan: Plan
    season: Season
    coach: Coach
    folder: SeasonFolder

    @property
    def game(self) -> Game:
        """The game that it plays."""
        return self.plan.game

    @property
    def rows(self) -> int:
        """The rows of the largest batch that networks learn from at once."""
        trainings = self.coach.population.trainings.values()
        return max(int(t.members * part.learner.batch_size) for t in trainings for part in t.learning)

    @property
    def text(self) -> str:
        """What it is, in a few lines."""
        population, legs = self.coach.population, self.plan.legs
        members = ", ".join(member.name for member in self.season.members)
        steps = self.coach.rounds * population.round_steps
        held = sum(t.replay.rows.nbytes for t in population.trainings.values()) / 2**20
        each = " and ".join(f"{t.replay.capacity:,}" for t in population.trainings.values())
        return (
            f"{len(self.season.members)} members: {members}\n"
            f"a period is {steps:,} world steps and {legs} judged games a member\n"
            f"each remembers its last {each} transitions by side, {held:.0f} MiB for all"
        )

    def play(self, chunks: Iterator[Games]) -> Generator[tuple[Games, Mapping[str, str]], None, None]:
        """Legs with their results, played here."""
        return (play(chunk, self.coach.players, self.game) for chunk in chunks)

    @contextmanager
    def opened(self, config: Mapping[str, Any], resume: bool) -> Iterator[Ledger]:
        """Holds the folder; starts it, or with `resume` puts everybody where they were written down."""
        spec = spec_of(self.game, self.plan.seed, **ENTRY)
        with Ledger.open(self.folder.path / "ledger.sqlite", spec) as ledger:
            self.folder.start(config, resume)
            if (saved := self.folder.season()) is not None:
                self.season = saved
                self.coach.load(self.folder.state(saved))
                self.coach.meet(ledger.entrants().values())
                self.folder.metrics.truncate(self.coach.step)
            yield ledger

    def commit(self, season: Season) -> None:
        """Writes down a period that is whole."""
        if self.coach.reports:
            self.folder.log(season, self.coach.reports)
        self.folder.commit(season, self.coach)


def found(options: Any) -> Founded:
    """The league that options of `arena league train` describe."""
    game = load_game(options.scenario, **assignments(options.option))
    words = by_side(options.algo, game)
    check_known(options.algo, words, game)
    chosen = learners_of(words, options.learner, assignments(options.setting))
    preset = find_preset(options.preset)
    roles = [word.strip() for word in options.roles.split(",")] if options.roles else preset.roles
    check_roles(roles, game)
    members = members_of(list(game.sides), dict.fromkeys(game.sides, roles))
    season = Season(0, members)
    worlds = options.worlds or game.train_worlds
    per_member = options.steps // len(members)
    rounds = round(per_member / options.periods / (worlds * game.cycles))
    if rounds < 1:
        least = options.periods * len(members) * worlds * game.cycles
        raise ArenaError(f"--steps {options.steps} is too few for {options.periods} periods: at least {least:,}")
    scripts = [scripted_player(game, name) for name in scripted_names(game)]  # who may be added later
    row = Row(len(game.seats), game.observation_width, game.action_width)
    room = int(options.memory * 2**30) // (4 * row.width * len(members))
    learners = {side: replace(learner, replay=min(learner.replay, room)) for side, learner in chosen.items()}
    population = Population(
        game,
        learners,
        {side: len(season.of_side(side)) for side in game.sides},
        algo=options.algo,
        steps=rounds * options.periods * worlds * game.cycles,
        worlds=worlds,
        seed=options.seed,
        visitors=scripts,
    )
    legs = round(options.share * rounds * worlds)
    if legs < 2:
        raise ArenaError(f"--share {options.share:g} leaves {legs} games a member and period; raise it, or --steps")
    rules = rules_of(preset, assignments(options.rule))
    if (needed := max(find_role(role).earliest(rules) for role in roles)) > options.periods:
        raise ArenaError(
            f"--periods {options.periods} ends before all roles may be frozen, after {needed}; raise it, or lower "
            "--rule every=N or fewest=N"
        )
    if rules.gate and len(game.sides) == 1:
        raise ArenaError("--rule gate=... asks who is better against others; in a game of one side leave it out")
    plan = Plan(game, rules, options.periods, legs, options.seed, environment_digest(game.packages))
    folder = SeasonFolder(Path(options.out or f"leagues/{short_name(game.name)}-{options.preset}"))
    return Founded(plan, season, Coach(population, season, folder.path, rounds), folder)
