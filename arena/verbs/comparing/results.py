"""Everything a study found, as one dict: what results.json holds and the page is drawn from."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from arena.environment import environment, environment_digest
from arena.game import Game
from arena.verbs.comparing.cautions import cautions
from arena.verbs.comparing.cells import cross, self_play, successes
from arena.verbs.comparing.contenders import Contender
from arena.verbs.comparing.curves import curves_of
from arena.verbs.comparing.efficiency import efficiency
from arena.verbs.comparing.lines import lines
from arena.verbs.comparing.scores import seeds
from arena.verbs.comparing.study import Study
from league.records.legs import fingerprint

FORMAT = 1
BUDGET = ("steps", "seeds", "games", "snapshots", "curve_games", "seed", "act")


def results_of(study: Study, caution: str = "") -> dict[str, Any]:
    """The dict; a `caution` stands first among its warnings."""
    game, options, curves = study.game, study.options, [*curves_of(study)]
    found = {
        "format": FORMAT,
        "title": f"{listed([c.name for c in study.contenders])} on {game.name}",
        "about": about(study),
        "scenario": scenario(game),
        "budget": {n: getattr(options, n) for n in BUDGET},
        "contenders": [about_contender(study, contender) for contender in study.contenders],
        "anchors": [*study.cast.anchors],
        "measures": [{"name": m.name, "label": m.label, "side": m.side, "share": m.is_share} for m in study.measures],
        "lines": lines(study),
        "curves": [curve.told() for curve in curves],
        "efficiency": [*efficiency(study, curves)],
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
    each = f"{options.seeds} training seeds" if options.seeds > 1 else "One training seed"
    if len(study.game.sides) == 2:
        played = f"everybody against everybody on either side in {options.games:,} games a cell"
    elif len(study.game.seats) > 1:
        played = f"every team by itself, and with guests from all others, in {options.games:,} games a cell"
    else:
        played = f"{options.games:,} games of each learner"
    worlds = "all cells in the same worlds, and within a cell each pair of seeds in its own"
    return f"{each} of each learner, {options.steps:,} world steps a seed; then {played}: {worlds}."


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
    lost = [*study.folder.diverged(contender), *study.cast.unfit.get(contender.name, ())]
    clock = study.folder.clock(contender)
    seconds, steps = (clock[-1]["seconds"], clock[-1]["step"]) if clock else (None, 0)
    return {
        "name": contender.name,
        "algo": contender.algo,
        "preset": contender.preset,
        "settings": settings(study.learners[contender.name]),
        "members": sorted(study.cast.finals[contender.name]),
        "diverged": [{k: row[k] for k in ("member", "step", "why")} for row in lost],
        "seconds": seconds,
        "steps_per_second": steps * study.options.seeds / seconds if seconds else None,
        "updates": study.folder.updates(contender),
    }


def settings(learners: Mapping[str, Any]) -> dict[str, Any]:
    """The settings of the learners of all sides, side by side if they differ."""
    told = {side: json.loads(json.dumps(asdict(learner))) for side, learner in learners.items()}
    first, *others = told.values()
    return told if any(other != first for other in others) else first
