"""The command line: finds the verb, reads its options, shows its reports.

A verb is a module of arena/verbs with a docstring, a dataclass Options and a function run(options) -> reports. A verb
of several actions has ACTIONS instead: the folder beside it whose modules are made like verbs.
"""

import ast
import importlib
import json
import shlex
import sys
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from types import ModuleType
from typing import Any

from arena.errors import ArenaError, nearest, visible

VERBS = Path(__file__).parent / "verbs"
HELP = ("-h", "--help", "help")
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
    if not arguments or arguments[0] in HELP:
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
        print(f"\narena: interrupted. To go on: {resume_command(typed, arguments)}", file=sys.stderr)
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
    """The verbs and the first line of what each says of itself."""
    return programs(VERBS)


def programs(folder: Path) -> dict[str, str]:
    """The verbs or actions in a folder and the first line of each, read without importing them."""
    found = {}
    for file in sorted(folder.glob("[a-z]*.py")):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        if any(is_program(node) for node in tree.body):
            found[file.stem] = (ast.get_docstring(tree) or "").splitlines()[0]
    return found


def is_program(node: ast.stmt) -> bool:
    """Whether this makes a module a verb or an action: its Options, or the folder of its ACTIONS."""
    if isinstance(node, ast.Assign):
        return any(isinstance(target, ast.Name) and target.id == "ACTIONS" for target in node.targets)
    return isinstance(node, ast.ClassDef) and node.name == "Options"


def overview() -> str:
    """The text of `arena --help`."""
    head = ["usage: arena VERB [OPTIONS]", "", "Train, match, rate and watch learning agents.", "", "verbs:"]
    tail = ["", "arena VERB --help explains a verb. A first look: arena demo", EPILOG]
    return "\n".join([*head, *rows_of(verbs()), *tail])


def run_verb(arguments: list[str], flags: Flags) -> int:
    """Runs one verb and shows what it reports."""
    module, name, rest = find_program(arguments)
    options = parse(module, name, rest)
    from arena.terminal import show

    result = show(module.run(options), quiet=flags.json)
    if flags.json:
        print(json.dumps(result, indent=2, allow_nan=False))
    return int(result.get("exit_code", 0))


def find_program(arguments: Sequence[str]) -> tuple[ModuleType, str, list[str]]:
    """The module of a verb or of its action, what it is called, and the words behind that.

    A verb of several actions explains itself and exits if none is named. ArenaError for one that there is not.
    """
    verb, *rest = arguments
    if verb not in (known := verbs()):
        raise ArenaError(f"there is no verb {verb!r}; {nearest(verb, known)}")
    module = importlib.import_module(f"arena.verbs.{verb}")
    if not hasattr(module, "ACTIONS"):
        return module, verb, rest
    actions = programs(VERBS / module.ACTIONS)
    if not rest or rest[0] in HELP:
        print(overview_of(module, verb, actions))
        sys.exit(0)
    action, *rest = rest
    if action not in actions:
        raise ArenaError(f"arena {verb} has no action {action!r}; {nearest(action, actions)}")
    return importlib.import_module(f"arena.verbs.{module.ACTIONS}.{action}"), f"{verb} {action}", rest


def overview_of(module: ModuleType, verb: str, actions: Mapping[str, str]) -> str:
    """The text of `arena VERB --help` for a verb of several actions."""
    head = [f"usage: arena {verb} ACTION [OPTIONS]", "", str(module.__doc__).strip(), "", "actions:"]
    tail = ["", f"arena {verb} ACTION --help explains an action.", EPILOG]
    return "\n".join([*head, *rows_of(actions), *tail])


def rows_of(programs: Mapping[str, str]) -> list[str]:
    """A line for each."""
    return [f"  {name:<12} {line}" for name, line in programs.items()]


def parse(module: Any, name: str, arguments: list[str]) -> Any:
    """The verb's Options from the command line; prints help or a message and exits if that is what is due."""
    import tyro

    text = f"{module.__doc__}\n{EPILOG}"
    return tyro.cli(module.Options, args=arguments, prog=f"arena {name}", description=text)


def resume_command(typed: Sequence[str], arguments: Sequence[str]) -> str:
    """The command that goes on where the one that was typed was interrupted."""
    words = ["arena", *typed]
    if "--resume" not in words and takes_resume(arguments):
        words.append("--resume")
    return shlex.join(words)


def takes_resume(arguments: Sequence[str]) -> bool:
    """Whether a verb or action has a --resume option."""
    module, *_ = find_program(arguments)
    return any(field.name == "resume" for field in fields(module.Options))


if __name__ == "__main__":
    sys.exit(main())
