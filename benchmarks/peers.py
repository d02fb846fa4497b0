"""World-steps a second of the engine against batched particle worlds of others: VMAS, JaxMARL and EnvPool.

Ours: as in the benchmark `engine`, 32,768 worlds. A peer runs the same game with the same number of agents in a process
of its own, which first tries a few numbers of worlds and stays with its quickest. Both draw random actions in the loop,
observe, pay and start the next game when 25 steps are over, in float32 on all cores, as many threads as there are; the
two alternate, a few games each; medians over seven rounds. Compilation is not counted.

VMAS takes continuous actions, which are quicker there than discrete ones, and resets all its worlds at once, since they
end together. JaxMARL runs 100 steps in one compiled scan, with the reset that it makes a part of every step.

A peer that is not installed beside us (`pip install -e ".[peers]"`) gets an environment of its own, kept in the user's
cache folder. One that cannot be installed, or fails, has a row without a value that says why.
"""

import json
import os
import subprocess
import sys
import venv
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import median
from subprocess import PIPE
from tempfile import TemporaryFile
from typing import IO, Any, NamedTuple

from packaging.requirements import Requirement

from arena.engine.cache import cache_folder
from arena.scenario import load
from benchmarks.engine import CYCLES, games_of
from benchmarks.measure import calibration, row, seconds

ROOT = Path(__file__).parent.parent
ROUNDS, GAMES = 7, 4
MANY = 32_768  # worlds of ours, our quickest
PATIENCE_S = 20


class Peer(NamedTuple):
    """A library beside which we are measured: `peer_NAME.py` runs it."""

    title: str
    requirement: str
    bar: int  # times its speed
    scenarios: tuple[str, ...]


PEERS = {
    "vmas": Peer("VMAS", "vmas>=1.5.2", 15, ("simple_spread", "simple_adversary", "simple_tag")),
    "jaxmarl": Peer("JaxMARL", "jaxmarl>=0.2.0", 15, ("simple_spread", "simple_tag")),
    "envpool": Peer("EnvPool", "envpool>=1.2.8", 3, ("simple_spread", "simple_adversary", "simple_tag")),
}


class NotMeasured(Exception):
    """Why a peer has no figure."""


def rows() -> Iterator[dict[str, Any]]:
    """The rows of the benchmark."""
    yield calibration()
    for name, peer in PEERS.items():
        try:
            python = interpreter(name, peer.requirement)
            for scenario in peer.scenarios:
                yield compare(name, scenario, python)
        except NotMeasured as reason:
            yield row(f"against {peer.title}, not measured: {reason}", None, "world-steps/s", "higher", None, peer.bar)


def compare(name: str, scenario: str, python: str) -> dict[str, Any]:
    """The row of one scenario: ours and a peer's in turn."""
    play, peer = games_of(load(scenario), MANY, GAMES), PEERS[name]
    play()
    ours, theirs = [], []
    with running(name, scenario, python) as process:
        found = answer(process)
        for _ in range(ROUNDS):
            ours.append(GAMES * CYCLES * MANY / seconds(play, 1))
            theirs.append(ask(process)["speed"])
    title = f"{scenario}, {MANY:,} worlds, against {peer.title} {found['version']} at its best, {found['worlds']:,}"
    return row(title, median(ours), "world-steps/s", "higher", median(theirs), peer.bar, True)


@contextmanager
def running(name: str, scenario: str, python: str) -> Iterator[subprocess.Popen[str]]:
    """The process of a peer, which waits for a line on its input before each round."""
    command = [python, "-W", "ignore", "-m", f"benchmarks.peer_{name}", scenario]
    with (
        TemporaryFile("w+") as said,
        subprocess.Popen(command, cwd=ROOT, stdin=PIPE, stdout=PIPE, stderr=said, text=True) as process,
    ):
        try:
            yield process
        except EOFError:
            said.seek(0)
            raise NotMeasured(last_line(said.read())) from None
        finally:
            end(process)


def end(process: subprocess.Popen[str]) -> None:
    """Ends a peer's process: by the end of its input, so that it can end its own, or if that takes long by force."""
    stream: IO[str] = process.stdin  # type: ignore[assignment]
    with suppress(BrokenPipeError):
        stream.close()
    try:
        process.wait(PATIENCE_S)
    except subprocess.TimeoutExpired:
        process.kill()


def ask(process: subprocess.Popen[str]) -> dict[str, Any]:
    """The answer of a peer's process after one more round."""
    stream: IO[str] = process.stdin  # type: ignore[assignment]
    with suppress(BrokenPipeError):  # it has ended: there will be no answer either
        os.write(stream.fileno(), b"\n")
    return answer(process)


def answer(process: subprocess.Popen[str]) -> dict[str, Any]:
    """The next answer of a peer's process; EOFError if it has ended."""
    stream: IO[str] = process.stdout  # type: ignore[assignment]
    for line in stream:
        if line.startswith("{"):  # libraries print what they like
            return dict(json.loads(line))
    raise EOFError


def last_line(text: str) -> str:
    """What a failed program said last."""
    return (text.strip().splitlines() or ["it ended without a word"])[-1]


def interpreter(name: str, requirement: str, *more: str, pinned: bool = True) -> str:
    """The Python that has a peer: ours, or that of an environment of the peer's own, there with `more`.

    With `pinned` that has the versions of constraints.txt; some peers demand others.
    """
    wanted = Requirement(requirement)
    try:
        if wanted.specifier.contains(version(wanted.name)):
            return sys.executable
    except PackageNotFoundError:
        pass
    folder = cache_folder().parent / "peers" / name
    python = folder / "bin" / "python"
    if not python.exists():
        print(f"installing {requirement} in {folder}", file=sys.stderr)
        venv.create(folder, with_pip=True)
    install = [str(python), "-m", "pip", "install", "--quiet", *(("-c", "constraints.txt") if pinned else ())]
    done = subprocess.run([*install, requirement, *more], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NotMeasured(f"pip cannot install {requirement}: {last_line(done.stderr)}")
    return str(python)
