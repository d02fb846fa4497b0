"""Everything a study found, as one dict: what results.json holds and the page is drawn from."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

import numpy as np

from agents.policies.scripted import uninformed_names
from arena.environment import environment, environment_digest
from arena.game import Game
from arena.games import Games, seat_of_sides, world_seeds
from arena.playing import play
from arena.verbs.comparing.cast import Cast
from arena.verbs.comparing.cautions import cautions
from arena.verbs.comparing.contenders import Contender
from arena.verbs.comparing.curves import ITSELF, curves_of, efficiency
from arena.verbs.comparing.estimates import number, told
from arena.verbs.comparing.study_folder import StudyFolder
from league.legs import fingerprint
from league.studies import bootstrap, intervals
from league.studies.aggregate import STATISTICS
from league.studies.cells import Cell, Group
from league.studies.cross import CrossPlay, mean_played
from league.studies.field import Field, field_of
from league.studies.measures import Measure, measures_of

FORMAT = 1
LINE_GAMES = 20_000  # from which a line is drawn: 0.7 % either way for a share of one half
TAUS = 101  # thresholds of a performance profile
RESAMPLES = 10_000


@dataclass(frozen=True)
class Study:
    """What was compared, and what was played."""

    options: Any
    game: Game
    contenders: Sequence[Contender]
    learners: Mapping[str, Any]
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


def results_of(study: Study, caution: str = "") -> dict[str, Any]:
    """The dict; a `caution` stands first among its warnings."""
    game, options = study.game, study.options
    found = {
        "format": FORMAT,
        "title": f"{listed([c.name for c in study.contenders])} on {game.name}",
        "about": about(study),
        "scenario": scenario(game),
        "budget": {n: getattr(options, n) for n in ("steps", "seeds", "games", "snapshots", "curve_games")},
        "contenders": [about_contender(study, contender) for contender in study.contenders],
        "anchors": [*study.cast.anchors],
        "measures": [{"name": m.name, "label": m.label, "side": m.side, "share": m.is_share} for m in study.measures],
        "lines": lines(study),
        **curves(study),
        "cross": [cross(study, measure) for measure in study.measures] if study.cells else [],
        "success": successes(study),
        **seeds(study),
        "self_play": self_play(study),
        "fingerprint": fingerprint(study.cross.games),
        "environment": environment_digest(game.packages),
        "date": datetime.now(UTC).date().isoformat(),
        "versions": environment(),
    }
    return found | {"warnings": [caution, *cautions(found)] if caution else cautions(found)}


def listed(names: Sequence[str]) -> str:
    """Names as one says them."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def about(study: Study) -> str:
    """What was done, in a sentence or two."""
    options = study.options
    each = f"{options.seeds} training seeds" if options.seeds > 1 else "one training seed"
    return (
        f"{each} of each learner, {options.steps:,} world steps a seed; then everybody against everybody on either "
        f"side in {options.games:,} games a cell, all from the same worlds."
        if len(study.game.sides) == 2
        else f"{each} of each learner, {options.steps:,} world steps a seed; then every team by itself and with guests "
        f"from all others in {options.games:,} games a cell, all from the same worlds."
    )


def scenario(game: Game) -> dict[str, Any]:
    """The game."""
    names = {side: [game.seats[seat].name for seat in seats] for side, seats in game.sides.items()}
    return {
        "identity": game.identity,
        "name": game.name,
        "version": game.version,
        "parameters": game.parameters,
        "sides": names,
    }


def about_contender(study: Study, contender: Contender) -> dict[str, Any]:
    """A contender: its settings, who of it is here, and what its training took."""
    clock = study.folder.clock(contender)
    seconds, steps = (clock[-1]["seconds"], clock[-1]["step"]) if clock else (None, 0)
    return {
        "name": contender.name,
        "algo": contender.algo,
        "preset": contender.preset,
        "settings": plain(asdict(study.learners[contender.name])),
        "members": sorted(study.cast.finals[contender.name]),
        "diverged": [{k: row[k] for k in ("member", "step", "why")} for row in study.folder.diverged(contender)],
        "seconds": seconds,
        "steps_per_second": steps * study.options.seeds / seconds if seconds else None,
        "updates": study.folder.updates(contender),
    }


def plain(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Settings as JSON has them."""
    return {name: list(value) if isinstance(value, tuple) else value for name, value in settings.items()}


def lines(study: Study) -> dict[str, list[dict[str, Any]]]:
    """What players reach that have found out nothing, by measure of their side."""
    found: dict[str, list[dict[str, Any]]] = {}
    game = study.game
    for index, side in enumerate(game.sides):
        for name in uninformed_names(game, side):
            values = mean_played(line_games(study, name, index).T)
            for measure in study.measures:
                if measure.side == side or (len(game.sides) == 1 and measure.is_share):
                    found.setdefault(measure.name, []).append({"name": name, "value": number(values[measure.column])})
    return found


def line_games(study: Study, name: str, side: int) -> np.ndarray:
    """The measures [G, V] of games of a scripted player on a side, with `random` on the others."""
    cast, game = study.cast, study.game
    row = np.full((1, len(game.sides)), cast.anchors["random"])
    row[0, side] = cast.anchors[name]
    seeds = world_seeds(study.options.seed, game, LINE_GAMES)
    schedule = Games.unplayed(game, cast.names, seat_of_sides(game, row.repeat(LINE_GAMES, 0)), seeds)
    games, _ = play(schedule, {player.hash: player for _, player in cast.players}, game)
    return CrossPlay(games, games.seed, games.seed).values


def curves(study: Study) -> dict[str, Any]:
    """The learning curves, and how soon each contender came close to the best."""
    found = [*curves_of(study.cast, study.curves, study.game, study.measures)]
    clocks = {contender.name: study.folder.clock(contender) for contender in study.contenders}
    soon = []
    for index, side in enumerate(study.game.sides):
        against = yardstick(study, index)
        own = [c for c in found if c.measure.name == f"return/{side}" and c.against == against]
        soon += efficiency(own, random_level(study, index, against), clocks) if own else []
    return {"curves": [curve.told() for curve in found], "efficiency": soon}


def yardstick(study: Study, side: int) -> str:
    """Whom a side's progress is measured against: the anchor that does best on the other side, against contenders."""
    if len(study.game.sides) == 1:
        return ITSELF
    return max(study.cast.anchors, key=lambda name: float(study.field.raw[name][0, 1 - side]))


def random_level(study: Study, side: int, against: str) -> float:
    """The mean return of random play on a side against an anchor."""
    random = study.cast.anchors["random"]
    other = random if against == ITSELF else study.cast.anchors[against]
    row, column = (random, other) if side == len(study.game.sides) - 1 else (other, random)
    return float(mean_played(study.cross.cell([row], [column])[side, 0, 0]))


def cross(study: Study, measure: Measure) -> dict[str, Any]:
    """The cross table of one measure."""
    names = [group.name for group in study.groups]

    def cell(row: str, column: str) -> dict[str, Any] | None:
        cell = study.cells[row, column]
        pairs = cell.games.shape[1] * cell.games.shape[2]
        return told(cell.estimate(measure), pairs=pairs, games=cell.played)

    cells = [[cell(row, column) for column in names] for row in names]
    return {"measure": measure.name, "rows": names, "columns": names, "cells": cells}


def successes(study: Study) -> list[dict[str, Any]]:
    """Success of both sides and the difference, contender by contender, for each metric that both sides have."""
    sides = list(study.game.sides)
    if len(sides) != 2:
        return []
    first, last = sides
    measures = {m.name: m for m in study.measures if m.is_share}
    found = []
    for name, own in measures.items():
        what = name.removeprefix(f"{last}_")
        other = measures.get(f"{first}_{what}")
        if own.side != last or other is None:
            continue
        rows = []
        for row in study.trained:
            for column in study.trained:
                cell = study.cells[row, column]
                estimates = {"last": cell.estimate(own), "first": cell.estimate(other)}
                estimates["difference"] = cell.difference(own, other)
                rows.append({last: row, first: column, **{k: told(e) for k, e in estimates.items()}})
        found.append({"what": what.replace("_", " "), "first": first, "last": last, "rows": rows})
    return found


def seeds(study: Study) -> dict[str, Any]:
    """What is said of contenders as samples of their seeds: scores, aggregates, profiles, who beats whom."""
    tables, sides = study.tables, list(study.game.sides)
    is_scaled = study.field.scaled is not None
    scores = np.concatenate([*tables.values()]) if tables else np.zeros((1, 1))
    tau = np.linspace(min(0.0, scores.min()), max(1.0, scores.max()), TAUS)
    return {
        "field": [
            {
                "contender": name,
                "side": side,
                "seed_scores": tables[name][:, k].tolist(),
                "seed_returns": study.field.raw[name][:, k].tolist(),
                "return": told(intervals.aggregate("mean", study.field.raw[name][:, k : k + 1])),
                "normalised": is_scaled,
            }
            for name in tables
            for k, side in enumerate(sides)
        ],
        "aggregates": [
            {"contender": name, "statistic": statistic, **aggregate(statistic, table)}
            for name, table in tables.items()
            for statistic in STATISTICS
            if is_scaled or statistic != "optimality_gap"
        ],
        "profiles": [{"contender": name, **profile(table, tau)} for name, table in tables.items() if is_scaled],
        "improvement": [
            {"x": x, "y": y, **(told(intervals.improvement(tables[x], tables[y])) or {})}
            for k, x in enumerate(tables)
            for y in [*tables][k + 1 :]
        ],
    }


def aggregate(statistic: str, table: np.ndarray) -> dict[str, Any]:
    """A statistic with its own interval, and the percentile interval that rliable would give."""
    percentile = bootstrap.percentile(STATISTICS[statistic], [table], RESAMPLES, 0) if len(table) > 1 else None
    estimate = told(intervals.aggregate(statistic, table)) or {}
    return {**estimate, "percentile": [number(percentile.low), number(percentile.high)] if percentile else None}


def profile(table: np.ndarray, tau: np.ndarray) -> dict[str, Any]:
    """The share of scores above each threshold."""
    estimate = intervals.profile(table, tau)
    ends = {"share": estimate.value, "low": estimate.low, "high": estimate.high}
    return {"tau": tau.tolist(), **{name: [number(x) for x in end] for name, end in ends.items()}}


def self_play(study: Study) -> list[dict[str, Any]]:
    """What a seed reaches with or against itself, and with or against other seeds of its contender."""
    if not study.cells:
        return []
    found = []
    for name in study.trained:
        games = study.cells[name, name].games
        for measure in study.measures:
            scores = mean_played(games[measure.column])
            if len(scores) < 2 or np.isnan(scores).any():
                continue
            gap_bounds = (-1.0, 1.0) if measure.is_share else measure.bounds
            estimates = {
                "self": intervals.own_cell_mean(scores, 0, 1, measure.bounds),
                "cross": intervals.own_cell_mean(scores, 1, 0, measure.bounds),
                "gap": intervals.own_cell_mean(scores, -1, 1, gap_bounds),
            }
            told_of = {what: told(estimate) for what, estimate in estimates.items()}
            found.append({"contender": name, "measure": measure.name, **told_of})
    return found
