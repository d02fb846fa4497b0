"""What the compiler has against a scenario, in one line instead of sixty."""

import ast
import contextlib
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

from numba.core.errors import NumbaError

from arena.errors import ArenaError
from arena.finding import source_of

# lines of Numba's that say where it was rather than what is wrong
ASIDE = re.compile(
    r"^(Failed in |During: |File |<source elided>|There are \d|- Of which|Overload |Known signatures|\s*$)"
)
PLACE = re.compile(r"at (?P<file>\S+) \((?P<line>\d+)\)|File \"(?P<other>[^\"]+)\", line (?P<at>\d+)")
LONGEST = 160


@contextlib.contextmanager
def explained(module: ModuleType) -> Iterator[None]:
    """Turns an error of Numba's about the functions of a scenario's module into an ArenaError."""
    try:
        yield
    except NumbaError as error:
        raise ArenaError(complaint(str(error), module)) from error


def complaint(text: str, module: ModuleType) -> str:
    """`my_game.py:16, in observe: Unknown attribute 'poss' of type World`, from what Numba says."""
    file, reason = Path(module.__file__ or ""), _reason(text)
    tree = ast.parse(source_of(module))
    line = _line_in(text, file) or _line_of_name(reason, tree)
    functions = (node for node in tree.body if isinstance(node, ast.FunctionDef))
    name = next((f.name for f in functions if f.lineno <= line <= (f.end_lineno or line)), "")
    return f"{file.name}{f':{line}' * (line > 0)}{f', in {name}' * (name != '')}: {reason}"


def _line_in(text: str, file: Path) -> int:
    """The line of the file that Numba stumbled over; 0 if it was in none."""
    for match in PLACE.finditer(text):
        if Path(match["file"] or match["other"]).name == file.name:
            return int(match["line"] or match["at"])
    return 0


def _line_of_name(reason: str, tree: ast.Module) -> int:
    """Where a name that does not exist is used; Numba does not say."""
    missing = re.search(r"name '(\w+)' is not defined", reason)
    used = (node.lineno for node in ast.walk(tree) if missing and isinstance(node, ast.Name) and node.id == missing[1])
    return next(used, 0)


def _reason(text: str) -> str:
    """The first line that says what is wrong, without the insides of types."""
    said = [line.strip() for line in text.splitlines() if not ASIDE.match(line.strip())]
    reason = said[0] if said else "Numba cannot compile this"
    if "signature" in reason and len(said) > 1:
        reason = f"{reason} {said[1]}"
    reason = re.sub(r"\bWorld\(.*", "World", reason)
    reason = re.sub(r"Function\(<built-in function (\w+)>\)", r"\1", reason)
    if uncompiled := re.match(r"Untyped global name '(\w+)'.*<class 'function'>", reason):
        return f"{uncompiled[1]} is not compiled; put @compiled above it"
    return reason if len(reason) <= LONGEST else f"{reason[:LONGEST]}..."
