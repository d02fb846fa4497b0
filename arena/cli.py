"""The command line: finds the verb, reads its options, shows its reports.

A verb is a module of arena/verbs with a docstring, a dataclass Options and a function run(options) -> reports.
"""

import ast
import importlib
import json
import shlex
import sys
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from arena.errors import ArenaError, nearest, visible

EPILOG = "Every verb takes --json (the result as JSON on standard output) and --debug (tracebacks)."


@dataclass(frozen=True)
class Flags:
    """What every verb takes."""

    json: bool
    debug: bool


def main(argv: Sequence[str] | None = None) -> int:
    """Runs `arena ARGV`; returns 0, or 2 for an error of the user's, or 130 when interrupted."""
    typed = list(sys.argv[1:] if argv is None else argv)
    flags = Flags(json="--json" in typed, debug="--debug" in typed)
    arguments = [word for word in typed if word not in ("--json", "--debug")]
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        print(overview())
        return 0
    if arguments[0] == "--version":
        from importlib.metadata import version

        print(f"marl-arena {version('marl-arena')}")
        return 0
    try:
        with warnings_in_a_line(flags):
            return run_verb(arguments, flags)
    except ArenaError as error:
        if flags.debug:
            raise
        print(f"arena: {visible(str(error))}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(f"\narena: interrupted. To go on: {resume_command(typed, arguments[0])}", file=sys.stderr)
        return 130
    except BrokenPipeError:
        return 0


@contextmanager
def warnings_in_a_line(flags: Flags) -> Iterator[None]:
    """Prints warnings as errors are printed: without the place in our sources, unless that is asked for."""

    def show(message: Warning | str, *_: object) -> None:
        print(f"arena: {visible(str(message))}", file=sys.stderr)

    with warnings.catch_warnings():
        if not flags.debug:
            warnings.showwarning = show  # type: ignore[assignment]
        yield


def verbs() -> dict[str, str]:
    """The verbs and the first line of what each says of itself, read without importing them."""
    files = sorted((Path(__file__).parent / "verbs").glob("[a-z]*.py"))
    found = {}
    for file in files:
        tree = ast.parse(file.read_text(encoding="utf-8"))
        if any(isinstance(node, ast.ClassDef) and node.name == "Options" for node in tree.body):
            found[file.stem] = (ast.get_docstring(tree) or "").splitlines()[0]
    return found


def overview() -> str:
    """The text of `arena --help`."""
    rows = [f"  {name:<12} {line}" for name, line in verbs().items()]
    head = ["usage: arena VERB [OPTIONS]", "", "Train, match, rate and watch learning agents.", "", "verbs:"]
    tail = ["", "arena VERB --help explains a verb. A first look: arena demo", EPILOG]
    return "\n".join([*head, *rows, *tail])


def run_verb(arguments: list[str], flags: Flags) -> int:
    """Runs one verb and shows what it reports."""
    name, *rest = arguments
    known = verbs()
    if name not in known:
        raise ArenaError(f"there is no verb {name!r}; {nearest(name, known)}")
    module = importlib.import_module(f"arena.verbs.{name}")
    options = parse(module, name, rest)
    from arena.terminal import show

    result = show(module.run(options), quiet=flags.json)
    if flags.json:
        print(json.dumps(result, indent=2, allow_nan=False))
    return int(result.get("exit_code", 0))


def parse(module: Any, name: str, arguments: list[str]) -> Any:
    """The verb's Options from the command line; prints help or a message and exits if that is what is due."""
    import tyro

    text = f"{module.__doc__}\n{EPILOG}"
    return tyro.cli(module.Options, args=arguments, prog=f"arena {name}", description=text)


def resume_command(arguments: Sequence[str], verb: str) -> str:
    """The command that goes on where this one was interrupted."""
    words = ["arena", *arguments]
    if "--resume" not in words and takes_resume(verb):
        words.append("--resume")
    return shlex.join(words)


def takes_resume(verb: str) -> bool:
    """Whether a verb has a --resume option."""
    source = (Path(__file__).parent / "verbs" / f"{verb}.py").read_text(encoding="utf-8")
    return "\n    resume: bool" in source


if __name__ == "__main__":
    sys.exit(main())
