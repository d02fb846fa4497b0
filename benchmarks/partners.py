"""Partners (zero-shot coordination): whether who learned with many plays better with strangers than who learned alone.

Each league of simple_spread trains three soloists and a partner (`--preset fcp`), with equal world steps and updates.
Then the partner and the first soloist of each play with the soloists of all other leagues, whom neither has ever met:
teams of two, each in turn the guest of the other in every seat. Rows: mean returns over league seeds with 95 %
intervals by Student's t; `against` is the soloist.
"""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from os import cpu_count
from pathlib import Path
from statistics import mean
from typing import Any

import numpy as np

from benchmarks.measure import calibration, row_of_seeds

SCENARIO, SEEDS, STEPS, PERIODS = "simple_spread", 5, 2_000_000, 20
WORLDS = 600  # of each pair
PARTNER, SOLOIST = "team/partner", "team/soloist"


def rows() -> Iterator[dict[str, Any]]:
    """The rows of the benchmark."""
    yield calibration()
    with tempfile.TemporaryDirectory() as folder:
        with ProcessPoolExecutor(cpu_count(), mp_context=get_context("spawn")) as pool:
            leagues = list(pool.map(partial(trained, folder), range(SEEDS)))
        found = {name: [reached(name, seed, leagues) for seed in range(SEEDS)] for name in (PARTNER, SOLOIST)}
    for kind in ("with strangers", "in its own team"):
        alone = mean(each[kind] for each in found[SOLOIST])
        for name, own in found.items():
            what = f"{SCENARIO}, {name.removeprefix('team/')}, {STEPS // 4 / 1e3:g} k steps, {kind}"
            measured = row_of_seeds(what, [each[kind] for each in own], "return", "higher", None)
            yield measured | {"against": alone, "ratio": measured["value"] / alone}
    ahead = [a["with strangers"] - b["with strangers"] for a, b in zip(found[PARTNER], found[SOLOIST], strict=True)]
    yield row_of_seeds(f"{SCENARIO}: by how much the partner is ahead with strangers", ahead, "return", "higher", None)


def trained(folder: str, seed: int) -> dict[str, Any]:
    """A league's members as they are at its end, by name."""
    import torch

    from arena.report import result_of
    from arena.scenario import load
    from arena.verbs.leagues import train
    from arena.verbs.season.encounters import loaded
    from arena.verbs.season.reading import read

    torch.set_num_threads(1)
    league = str(Path(folder) / str(seed))
    result_of(train.run(train.Options(SCENARIO, "fcp", steps=STEPS, periods=PERIODS, seed=seed, out=league, threads=1)))
    known = read(league)
    return {member.name: loaded(known, load(SCENARIO), member.seen[-1]) for member in known.knowledge.season.members}


def reached(name: str, seed: int, leagues: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """The mean returns of a member's teams: with strangers, and its own."""
    own = leagues[seed][name]
    others = [league for number, league in enumerate(leagues) if number != seed]
    strangers = [player for league in others for word, player in league.items() if word.startswith(SOLOIST)]
    return {"with strangers": mean_return(own, strangers), "in its own team": mean_return(own, [own])}


def mean_return(own: Any, others: Sequence[Any]) -> float:
    """The mean return of teams of a player with each of some others."""
    from arena.draw import seeds_of
    from arena.games import Games
    from arena.playing import play
    from arena.scenario import load
    from league.seasons.meetings import line_ups

    game, players = load(SCENARIO), {player.hash: player for player in (own, *others)}
    names = list(players)
    pairs = np.array([[0, names.index(other.hash)] for other in others]).repeat(WORLDS, axis=0)
    place, seeds = np.tile(np.arange(WORLDS), len(others)), seeds_of(WORLDS, "strangers", game.identity)
    games = Games.unplayed(game, names, line_ups(game, pairs, place), np.tile(seeds, len(others)))
    return float(play(games, players, game)[0].score.mean(dtype=np.float64))
