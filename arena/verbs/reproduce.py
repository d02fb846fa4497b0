"""Reproduce a paper: its experiments with its settings, and its numbers beside ours.

Example: arena reproduce maddpg-2017 --quick --out reproductions/quick
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import tyro

from arena.errors import ArenaError, nearest
from arena.report import Report, function

QUICK_SEEDS, QUICK_SHARE = 3, 10


@dataclass(frozen=True)
class Options:
    """Run all experiments of a paper that the arena has the parts of; go on at any time with --resume."""

    publication: Annotated[str, tyro.conf.Positional] = "maddpg-2017"
    """whose: maddpg-2017"""
    quick: bool = False
    """three seeds and a tenth of the training, under an hour; rankings at this budget differ from those of full runs"""
    only: tyro.conf.UseAppendAction[tuple[str, ...]] = ()
    """one of the experiments, by name; may be repeated"""
    seeds: int = 0
    """training seeds of each learner; 0 takes as many as the paper, or three with --quick"""
    games: int = 1000
    """games a cell, as `arena compare` takes them"""
    seed: int = 0
    """the seed from which everything random follows"""
    threads: int = 0
    """threads for the networks, as `arena train` takes them"""
    workers: int = 0
    """processes to play in, as `arena compare` takes them"""
    out: str = ""
    """the folder; the default is reproductions/PUBLICATION, with -quick if it is"""
    resume: bool = False
    """go on with the reproduction in `out`, which must have been started with the same options"""


def run(options: Options) -> Iterator[Report]:
    """Runs the experiments, yielding where they stand; the result holds all cells and claims."""
    from arena.verbs import compare
    from arena.verbs.reproducing.beside import beside
    from arena.verbs.reproducing.folder import ReproductionFolder, told
    from arena.verbs.reproducing.publication import find_publication

    publication = find_publication(options.publication)
    experiments = chosen(publication, options.only)
    name = options.publication + "-quick" * options.quick
    folder = ReproductionFolder(Path(options.out or f"reproductions/{name}"))
    studies = [(e, study_options(e, publication, options, folder.path / e.name)) for e in experiments]
    for _, study in studies:
        compare.check(study)
    caution = publication.quick if options.quick else ""
    with folder.opened(config_of(options), options.resume):
        for experiment, study in studies:
            for report in compare.run(study, caution):
                text = "" if report.is_result else report.text
                yield Report(f"{experiment.name}, {report.phase}", report.done, report.total, text)
            yield Report(text=told(beside(experiment, report.data)))
        done = [(e, found) for e in publication.experiments if (found := folder.results(e.name))]
        data = result_of(publication, options, [beside(experiment, found) for experiment, found in done])
        folder.write(data)
    text = f"report: {folder.path}/report.html, with a page for each study; the same as report.md and report.json"
    yield Report(text=text, data=data, is_result=True)


def chosen(publication: Any, only: Sequence[str]) -> list[Any]:
    """The experiments of these names, or all; ArenaError for a name that is none."""
    known = {experiment.name: experiment for experiment in publication.experiments}
    for name in only:
        if name not in known:
            raise ArenaError(f"there is no experiment {name!r}; {nearest(name, known)}")
    return [experiment for name, experiment in known.items() if not only or name in only]


def config_of(options: Options) -> dict[str, Any]:
    """What decides the reproduction; experiments may be added later."""
    names = ("publication", "quick", "seeds", "games", "seed")
    return {name: getattr(options, name) for name in names}


def study_options(experiment: Any, publication: Any, options: Options, path: Path) -> Any:
    """What an experiment is for `arena compare`."""
    from arena.verbs.compare import Options as Study
    from arena.verbs.comparing.study_folder import CONFIG

    seeds = options.seeds or (QUICK_SEEDS if options.quick else publication.seeds)
    return Study(
        experiment.scenario,
        experiment.algos,
        seeds=seeds,
        steps=experiment.steps // (QUICK_SHARE if options.quick else 1),
        games=options.games,
        preset=publication.preset,
        setting=experiment.setting,
        option=experiment.options,
        seed=options.seed,
        threads=options.threads,
        workers=options.workers,
        out=str(path),
        resume=(path / CONFIG).exists(),
    )


def result_of(publication: Any, options: Options, found: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Everything, for the report."""
    from datetime import UTC, datetime

    from arena.environment import environment

    return {
        "format": 1,
        "title": publication.title,
        "preset": publication.preset,
        "is_quick": options.quick,
        "quick": publication.quick if options.quick else "",
        "differs": publication.differs,
        "left_out": publication.left_out,
        "experiments": list(found),
        "date": datetime.now(UTC).date().isoformat(),
        "versions": environment(),
    }


reproduce = function(Options, run)
