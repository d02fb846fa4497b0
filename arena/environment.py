"""What a machine is, as far as the bits of a result may depend on it."""

import hashlib
import platform
import re
from collections.abc import Iterable
from functools import cache
from importlib.metadata import PackageNotFoundError, requires, version

import llvmlite.binding

PACKAGES = ("marl-arena", "numba", "llvmlite", "numpy", "torch", "mpe2", "pettingzoo")
DECISIVE = ("marl-arena", "numba", "llvmlite", "numpy")  # those that play a leg


@cache
def environment() -> dict[str, str]:
    """The machine and the versions, by name."""
    features = sorted(name for name, has in llvmlite.binding.get_host_cpu_features().items() if has)
    return {
        "machine": platform.machine(),
        "system": platform.system(),
        "processor": llvmlite.binding.get_host_cpu_name(),
        "features": hashlib.sha256(" ".join(features).encode()).hexdigest()[:12],
        "python": platform.python_version(),
        **{name: version(name) for name in PACKAGES},
    }


def environment_digest(packages: Iterable[str] = ()) -> str:
    """A short hash of what decides the bits of a leg: equal digests promise equal fingerprints.

    `packages` play it besides ours: they count with what they need, in so far as it is installed.
    """
    known = environment()
    parts = [known[name] for name in ("machine", "system", "processor", "features", *DECISIVE)]
    parts += [f"{name} {version(name)}" for name in sorted(_installed_with(packages))]
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:16]


def _installed_with(packages: Iterable[str]) -> set[str]:
    """Those of `packages` that are installed, and what they name among their requirements."""
    found = set()
    for package in filter(_is_installed, packages):
        needed = (re.split(r"[^\w.-]", line)[0] for line in requires(package) or () if "test" not in line)
        found |= {package, *filter(_is_installed, needed)}
    return found


def _is_installed(package: str) -> bool:
    try:
        return bool(version(package))
    except PackageNotFoundError:
        return False
