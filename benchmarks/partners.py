"""Partners (zero-shot coordination): whether who learned with many plays better with strangers than who learned alone.

Each league trains soloists and a partner by fictitious co-play, with equal world steps and updates. Then the partner
and the first soloist of each play with the soloists of all other leagues, whom neither has ever met: teams of two, each
in turn the guest of the other in every seat. The game of agreement is nothing but conventions: any of five words will
do, if both say it. In simple_spread three cover three landmarks. Rows: means over league seeds with 95 % intervals by
Student's t; `against` is the soloist.

Source: benchmarks/games/agreement.py.
"""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from os import cpu_count
from pathlib import Path
from statistics import mean
from typing import Any, NamedTuple

import numpy as np

from benchmarks.measure import calibration, row_of_seeds

SEEDS = 5
WORLDS = 600  # of each pair
PARTNER, SOLOIST = "team/partner", "team/soloist"
KINDS = ("with strangers", "in its own team")


class Setting(NamedTuple):
    """A game, who trains in it, and what a return is called."""

    name: str
    scenario: str
    options: Mapping[str, Any]  # of `arena league train`
    unit: str = "return"
    full: float = 1.0  # the return that counts as 1


SETTINGS = (
    Setting(
        name="agreement",
        scenario=str(Path(__file__).parent / "games" / "agreement.py"),
        options={
            "algo": "dqn",
            "roles": ",".join(["soloist"] * 6 + ["partner"]),
            "steps": 350_000,
            "periods": 10,
            "rule": ("every=1",),
            "option": ("max_cycles=10",),
            "setting": ("warmup=100", "gamma=0.5", "hidden=[32]"),
        },
        unit="of the steps",
        full=10.0,
    ),
    Setting(name="simple_spread", scenario="simple_spread", options={"steps": 1_600_000, "periods": 16}),
)


def rows() -> Iterator[dict[str, Any]]:
    """The rows of the benchmark."""
    yield calibration()
    for setting in SETTINGS:
        with (
            tempfile.TemporaryDirectory() as folder,
            ProcessPoolExecutor(cpu_count(), mp_context=get_context("spawn")) as pool,
        ):
            leagues = list(pool.map(partial(trained, setting, folder), range(SEEDS)))
        found = {name: [reached(setting, name, seed, leagues) for seed in range(SEEDS)] for name in (PARTNER, SOLOIST)}
        for kind in KINDS:
            alone = mean(each[kind] for each in found[SOLOIST])
            for name, own in found.items():
                what = f"{setting.name}, {name.removeprefix('team/')}, {kind}"
                measured = row_of_seeds(what, [each[kind] for each in own], setting.unit, "higher", None)
                yield measured | ({} if name == SOLOIST else {"against": alone, "ratio": measured["value"] / alone})
        pairs = zip(found[PARTNER], found[SOLOIST], strict=True)
        ahead = [one[KINDS[0]] - other[KINDS[0]] for one, other in pairs]
        yield row_of_seeds(f"{setting.name}, the partner ahead, with strangers", ahead, setting.unit, "higher", None)


def trained(setting: Setting, folder: str, seed: int) -> dict[str, Any]:
    """A league's members as they are at its end, by name."""
    import torch

    from arena.report import result_of
    from arena.verbs.leagues import train
    from arena.verbs.season.encounters import loaded
    from arena.verbs.season.reading import read

    torch.set_num_threads(1)
    league = str(Path(folder) / str(seed))
    options: dict[str, Any] = {"out": league, "seed": seed, "threads": 1, **setting.options}
    result_of(train.run(train.Options(setting.scenario, "fcp", **options)))
    known = read(league)
    return {member.name: loaded(known, game_of(setting), member.seen[-1]) for member in known.knowledge.season.members}


def game_of(setting: Setting) -> Any:
    """The game that a league trains."""
    from arena.catalog import load_game
    from arena.verbs.parts.values import assignments

    return load_game(setting.scenario, **assignments(setting.options.get("option", ())))


def reached(setting: Setting, name: str, seed: int, leagues: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """What a member's teams reach on average: with strangers, and its own."""
    own = leagues[seed][name]
    others = [league for number, league in enumerate(leagues) if number != seed]
    strangers = [player for league in others for word, player in league.items() if word.startswith(SOLOIST)]
    return dict(zip(KINDS, (mean_score(setting, own, strangers), mean_score(setting, own, [own])), strict=True))


def mean_score(setting: Setting, own: Any, others: Sequence[Any]) -> float:
    """The mean score of teams of a player with each of some others."""
    from arena.draw import seeds_of
    from arena.games import Games
    from arena.playing import play
    from league.seasons.meetings import line_ups

    game, players = game_of(setting), {player.hash: player for player in (own, *others)}
    names = list(players)
    pairs = np.array([[0, names.index(other.hash)] for other in others]).repeat(WORLDS, axis=0)
    place, seeds = np.tile(np.arange(WORLDS), len(others)), seeds_of(WORLDS, "strangers", game.identity)
    games = Games.unplayed(game, names, line_ups(game, pairs, place), np.tile(seeds, len(others)))
    return float(play(games, players, game)[0].score.mean(dtype=np.float64)) / setting.full
