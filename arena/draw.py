"""Random draws for compiled code: one interface over counter streams and NumPy generators.

A *stream* is a uint64 array [2] of (key, counter). The n-th draw is a pure function of the key and n, so what a
world draws depends on what its game is and never on its place in a batch. Passing a `numpy.random.Generator`
instead draws NumPy's own bits, which is how the PettingZoo view starts seed for seed where mpe2 starts.

Source: SplitMix64, Steele, Lea, Flood, "Fast splittable pseudorandom number generators" (OOPSLA 2014).
"""

import hashlib
from collections.abc import Sequence

import numpy as np
from numba import types
from numba.core.types import NumPyRandomGeneratorType
from numba.extending import overload
from numba.np.random.random_methods import buffered_bounded_lemire_uint32 as lemire

from arena.scenario import compiled

_GAMMA = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)
_INV_2_53 = 1.0 / 9007199254740992.0


@compiled
def mix(x):
    """A bijective scramble of 64 bits: the output function of SplitMix64."""
    x = (x ^ (x >> np.uint64(30))) * _MIX_1
    x = (x ^ (x >> np.uint64(27))) * _MIX_2
    return x ^ (x >> np.uint64(31))


@compiled
def bits(key, count):
    """The `count`-th 64 random bits of the stream `key`."""
    return mix(key + (np.uint64(count) + np.uint64(1)) * _GAMMA)


@compiled
def unit(key, count):
    """The `count`-th number of the stream `key`, uniform in [0, 1) with 53 bits."""
    return float(bits(key, count) >> np.uint64(11)) * _INV_2_53


@compiled
def child(key, index):
    """The key of a stream that belongs to part `index` (a seat, an episode) of the stream `key`."""
    return mix(mix(key ^ _MIX_2) + (np.uint64(index) + np.uint64(1)) * _GAMMA)


def children(keys: np.ndarray, index: int) -> np.ndarray:
    """`child` of every key in `keys` uint64 [G], for one index."""
    scramble = mix.py_func  # the same arithmetic on arrays
    with np.errstate(over="ignore"):
        offset = (np.uint64(index) + np.uint64(1)) * _GAMMA
        return np.asarray(scramble(scramble(keys ^ _MIX_2) + offset))


def units(keys: np.ndarray, count: int) -> np.ndarray:
    """`unit` of every stream in `keys` uint64 [G]: the `count`-th number of each, float64 [G]."""
    with np.errstate(over="ignore"):
        draws = mix.py_func(keys + (np.uint64(count) + np.uint64(1)) * _GAMMA)
    return np.asarray((draws >> np.uint64(11)).astype(np.float64) * _INV_2_53)


def begin(rng, key):
    """Starts `rng` at the first draw of `key`; a NumPy generator goes on where it is."""


@overload(begin)
def _begin(rng, key):
    if isinstance(rng, NumPyRandomGeneratorType):
        return lambda rng, key: None

    def start(rng, key):
        rng[0] = key
        rng[1] = np.uint64(0)

    return start


def uniform(rng, low, high):
    """One draw, uniform in [low, high)."""
    return _uniform_once(rng, low, high)


@overload(uniform)
def _uniform(rng, low, high):
    if isinstance(rng, NumPyRandomGeneratorType):
        return lambda rng, low, high: rng.uniform(low, high)

    def draw(rng, low, high):
        value = unit(rng[0], rng[1])
        rng[1] += np.uint64(1)
        return low + (high - low) * value

    return draw


def integers(rng, count):
    """One draw from 0, 1, ..., count - 1."""
    return _integers_once(rng, count)


@overload(integers)
def _integers(rng, count):
    if isinstance(rng, NumPyRandomGeneratorType):

        def draw_as_numpy(rng, count):
            # what `rng.integers(0, count)` does, without its array: the kernels have no memory management
            return types.int64(lemire(rng.bit_generator, types.uint32(count - 1))) if count > 1 else 0

        return draw_as_numpy

    def draw(rng, count):
        value = unit(rng[0], rng[1])
        rng[1] += np.uint64(1)
        return types.int64(value * count)

    return draw


@compiled
def _uniform_once(rng, low, high):
    return uniform(rng, low, high)


@compiled
def _integers_once(rng, count):
    return integers(rng, count)


def seed_of(*identity: object) -> int:
    """A 63-bit seed that is a hash of what something is: equal identities, equal seeds, on every machine."""
    text = "\x1f".join(str(part) for part in identity)
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") >> 1


def seeds_of(count: int, *identity: object, start: int = 0) -> np.ndarray:
    """`count` seeds uint64 [count], hashes of `identity` and an index that begins at `start`."""
    rows: Sequence[int] = [seed_of(*identity, index) for index in range(start, start + count)]
    return np.array(rows, dtype=np.uint64)
