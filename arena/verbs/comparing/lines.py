"""What players reach that have found out nothing: the lines that a secret has to be told from."""

from typing import Any

import numpy as np

from agents.policies.scripted import uninformed_names
from arena.games import Games, seat_of_sides, world_seeds
from arena.playing import play
from arena.verbs.comparing.study import Study
from league.studies.cross import CrossPlay, mean_played

LINE_GAMES = 20_000  # from which a line is drawn: 0.7 % either way for a share of one half


def lines(study: Study) -> dict[str, list[dict[str, Any]]]:
    """By measure of their side; but for returns, in which the opponents may have a part, as random ones would."""
    found: dict[str, list[dict[str, Any]]] = {}
    game = study.game
    for index, side in enumerate(game.sides):
        for name in uninformed_names(game, side):
            values = mean_played(line_games(study, name, index).T)
            for measure in study.measures:
                is_own = measure.side == side and not measure.is_return
                if (is_own or (len(game.sides) == 1 and measure.is_share)) and np.isfinite(values[measure.column]):
                    found.setdefault(measure.name, []).append({"name": name, "value": float(values[measure.column])})
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
