"""See it all at once: train three learners, hold a tournament, get a leaderboard, learning curves and a game to watch.

Example: arena demo --quick
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from arena.errors import ArenaError
from arena.report import Report

SCENARIO = "simple_adversary"
LEARNERS = ("maddpg", "ddpg", "dqn")
SCRIPTED = ("random", "greedy", "deceptive")
CHECKPOINTS = 4
STEPS, QUICK_STEPS = 200_000, 40_000
GAMES_TO_CHOOSE_FROM = 12  # the first that somebody wins is shown


@dataclass(frozen=True)
class Options:
    """Trains MADDPG, DDPG and DQN on simple_adversary and lets them play; run it again to go on where it stopped."""

    quick: bool = False
    """a fifth of the training: under a minute"""
    out: str = ""
    """where everything goes; the default is demo, or demo-quick"""
    pairs: int = 200
    """worlds per pairing; from each two legs are played, sides swapped"""
    seed: int = 0
    """the seed from which everything random follows"""


def run(options: Options) -> Iterator[Report]:
    """Trains, plays, rates, draws; the result names every file."""
    from arena.verbs import tournament, train

    if options.pairs < 1:
        raise ArenaError(f"--pairs must be at least 1, not {options.pairs}")
    out = Path(options.out or ("demo-quick" if options.quick else "demo"))
    steps = QUICK_STEPS if options.quick else STEPS
    runs = {algo: out / "runs" / algo for algo in LEARNERS}
    for algo, path in runs.items():
        for report in train.run(
            train.Options(
                SCENARIO, algo=algo, steps=steps, saves=CHECKPOINTS, seed=options.seed, out=str(path), resume=True
            )
        ):
            yield Report(report.phase, report.done, report.total)
    entrants = (*(f"{path}@all" for path in runs.values()), *SCRIPTED)
    league = out / "league"
    board: Mapping[str, Any] = {}
    for report in tournament.run(
        tournament.Options(entrants, out=str(league), pairs=options.pairs, seed=options.seed, resume=True)
    ):
        board = report.data if report.is_result else board
        text = "" if report.is_result else report.text
        yield Report(report.phase, report.done, report.total, text=text)
    yield Report("draw", 0, 2)
    draw_curves(runs, out / "learning_curves.png")
    yield Report("draw", 1, 2)
    title = draw_best_game(league, board, out / "best_pairing.gif", options.seed)
    yield Report("draw", 2, 2)
    yield summary(out, league, board, title)


def draw_curves(runs: Mapping[str, Path], path: Path) -> None:
    """Writes the learning curves of all runs as one PNG."""
    from arena.render.curves import learning_curves

    rows = {
        name: [json.loads(line) for line in (run / "metrics.jsonl").read_text(encoding="utf-8").splitlines()]
        for name, run in runs.items()
    }
    learning_curves(rows, path)


def draw_best_game(league: Path, board: Mapping[str, Any], path: Path, seed: int) -> str:
    """Writes a game of the best player of each side as a GIF; returns who plays."""
    from arena.film import film
    from arena.games import world_seeds
    from arena.render.export import save
    from arena.render.scene import Scene
    from arena.scenario import DRAW
    from arena.verbs.parts.entries import find_game, league_entry
    from arena.verbs.parts.league_folder import LeagueFolder

    with LeagueFolder(league).read() as ledger:
        entries = {h: league_entry(league, entrant) for h, entrant in ledger.entrants().items()}
    scenario = find_game([str(league)])
    best = {side: max(board["players"], key=lambda p: p["sides"][side]["rating"]) for side in scenario.sides}
    held = {side: entries[player["hash"]].load(scenario) for side, player in best.items()}
    line_up = [held[seat.side] for seat in scenario.seats]
    films = [list(film(scenario, line_up, int(key))) for key in world_seeds(seed, scenario, GAMES_TO_CHOOSE_FROM)]
    frames = next((frames for frames in films if frames[-1].winner != DRAW), films[0])
    names = [player.name for player in held.values()]
    save(path, list(Scene.of(scenario, frames, names).pictures(480, 520)), fps=8)
    return " against ".join(f"{player.name} ({side})" for side, player in reversed(held.items()))


def summary(out: Path, league: Path, board: Mapping[str, Any], title: str) -> Report:
    """The leaderboard, and where everything is."""
    from arena.verbs.parts.tables import leaderboard_text, table

    files = {
        "leaderboard": league / "leaderboard.json",
        "the same as a table": league / "leaderboard.csv",
        "every leg played": league / "ledger.sqlite",
        "players": league / "players",
        "training runs": out / "runs",
        "TensorBoard events": out / "runs" / LEARNERS[0] / "tensorboard",
        "learning curves": out / "learning_curves.png",
        "best pairing": out / "best_pairing.gif",
    }
    lines = [
        leaderboard_text(board),
        "",
        f"best pairing: {title}",
        "",
        table(["what", "where"], [(what, str(path)) for what, path in files.items()], left=(0, 1)),
        "",
        f"next:  arena watch {out}/runs/maddpg greedy",
        f"       tensorboard --logdir {out}/runs",
    ]
    data = {"files": {what: str(path) for what, path in files.items()}, "leaderboard": board}
    return Report(text="\n".join(lines), data=data, is_result=True)
