"""What a machine is, as far as the bits of a result may depend on it."""

import hashlib
import platform
from functools import cache
from importlib.metadata import version

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


def environment_digest() -> str:
    """A short hash of what decides the bits of a leg: equal digests promise equal fingerprints."""
    known = environment()
    parts = [known[name] for name in ("machine", "system", "processor", "features", *DECISIVE)]
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:16]
