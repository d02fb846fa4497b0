"""Files that are the old one or the new one, never half of either."""

import contextlib
import itertools
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from arena.errors import ArenaError

PART = ".arena-"  # temporary files begin with it
LOCK = ".lock"


def write_bytes(path: Path, data: bytes) -> None:
    """Replaces `path` by `data` in one step that survives a crash; ArenaError if the disk refuses."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=PART, suffix=".part")
    except OSError as error:
        raise _refused(path, error) from error
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        raise _refused(path, error) from error
    finally:
        with contextlib.suppress(FileNotFoundError):
            Path(name).unlink()


def write_text(path: Path, text: str) -> None:
    """`write_bytes` of UTF-8 text."""
    write_bytes(path, text.encode())


def write_json(path: Path, value: Any) -> None:
    """`write_bytes` of indented JSON without NaN."""
    write_text(path, json.dumps(value, indent=2, allow_nan=False) + "\n")


def put(source: Path, target: Path) -> None:
    """Moves a file of the same file system to `target`, replacing it in one step that survives a crash."""
    try:
        source.replace(target)
        _sync_folder(target.parent)
    except OSError as error:
        raise _refused(target, error) from error


def copy_beside(path: Path, word: str) -> Path:
    """A copy of a file on the disk, called NAME.word, or NAME.word-2 and so on if there is one already."""
    names = (f"{path.name}.{word}" + (f"-{k}" if k > 1 else "") for k in itertools.count(1))
    target = next(target for name in names if not (target := path.with_name(name)).exists())
    try:
        shutil.copyfile(path, target)
        with target.open("rb") as file:
            os.fsync(file.fileno())
        _sync_folder(target.parent)
    except OSError as error:
        raise _refused(target, error) from error
    return target


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _refused(path: Path, error: OSError) -> ArenaError:
    if isinstance(error, FileExistsError | NotADirectoryError):
        return ArenaError(f"cannot write {path}: {error.filename or path} is a file, not a folder; choose another")
    return ArenaError(f"cannot write {path}: {error.strerror or error}; free some space or choose another folder")


@contextlib.contextmanager
def lock(folder: Path) -> Iterator[None]:
    """Holds `folder` for this process; ArenaError at once if another process holds it. A dead holder holds nothing.

    What writers that were killed left half done in it is swept away.
    """
    import fcntl

    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = (folder / LOCK).open("a+")
    except OSError as error:
        raise _refused(folder, error) from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ArenaError(f"{folder} is in use by another process; wait for it or choose another folder") from None
        sweep(folder)
        yield


def holds_anything(folder: Path) -> bool:
    """Whether there is anything in a folder but what `lock` leaves; ArenaError if it is none, or cannot be read."""
    try:
        return folder.exists() and any(path.name != LOCK for path in folder.iterdir())
    except OSError as error:
        raise _refused(folder, error) from error


def sweep(folder: Path) -> None:
    """Removes what writers that were killed left half done below `folder`, except where another lock may be held."""
    for place, folders, files in os.walk(folder):
        for name in files:
            if name.startswith(PART) and name.endswith(".part"):
                (Path(place) / name).unlink(missing_ok=True)
        folders[:] = [name for name in folders if not (Path(place) / name / LOCK).exists()]


def _no_constant(word: str) -> Any:
    raise ValueError(f"{word} is not JSON")


def read_json(path: Path, limit_bytes: int = 1 << 20) -> Any:
    """The JSON value in a file of bounded size; ArenaError says what is wrong with it."""
    try:
        if path.exists() and not path.is_file():
            raise ArenaError(f"{path} is not a file")
        if path.stat().st_size > limit_bytes:
            raise ArenaError(f"{path} is larger than {limit_bytes} bytes; that is not a file of the arena")
        return json.loads(path.read_text(encoding="utf-8"), parse_constant=_no_constant)
    except FileNotFoundError:
        raise ArenaError(f"{path} does not exist") from None
    except (OSError, ValueError, RecursionError) as error:
        raise ArenaError(f"{path} cannot be read: {error}") from None
