import numpy as np
import pytest
from numba import njit

from arena.draw import bits, child, children, integers, seed_of, seeds_of, uniform, unit, units


@njit
def draw_all(rng, counts, numbers, places):
    for i in range(len(counts)):
        numbers[i] = integers(rng, counts[i])
        places[i] = uniform(rng, -1.0, 1.0)


def drawn(rng, counts):
    numbers, places = np.zeros(len(counts), np.int64), np.zeros(len(counts))
    draw_all(rng, counts, numbers, places)
    return numbers, places


def test_bits_are_those_of_splitmix64():
    """Source: the reference implementation's first five numbers from the seed 1234567."""
    published = [
        6457827717110365317,
        3203168211198807973,
        9817491932198370423,
        4593380528125082431,
        16408922859458223821,
    ]
    assert [int(bits(np.uint64(1234567), count)) for count in range(5)] == published


def test_units_are_uniform_and_neighbouring_streams_unrelated():
    keys = np.arange(2000, dtype=np.uint64)
    values = np.stack([units(keys, count) for count in range(50)])
    assert values.min() >= 0 and values.max() < 1
    counts = np.histogram(values, 100, (0, 1))[0]
    chi_square = ((counts - 1000.0) ** 2 / 1000).sum()
    assert 50 < chi_square < 160  # 99 degrees of freedom: mean 99, deviation 14
    along_stream = np.corrcoef(values[:-1].ravel(), values[1:].ravel())[0, 1]
    across_keys = np.corrcoef(values[:, :-1].ravel(), values[:, 1:].ravel())[0, 1]
    assert max(abs(along_stream), abs(across_keys)) < 4 / np.sqrt(values.size)


def test_vector_forms_are_the_compiled_scalars():
    keys = np.array([0, 1, 2**63, 2**64 - 1], np.uint64)
    for index in (0, 1, 7):
        assert children(keys, index).tolist() == [int(child(key, index)) for key in keys]
        assert units(keys, index).tolist() == [unit(key, index) for key in keys]


def test_children_of_one_stream_differ_from_it_and_each_other():
    keys = np.arange(1000, dtype=np.uint64)
    family = np.concatenate([keys, *(children(keys, index) for index in range(5))])
    assert len(set(family.tolist())) == len(family)


def test_integers_of_a_stream_are_uniform():
    numbers, _ = drawn(np.array([3, 0], np.uint64), np.full(30_000, 3))
    assert np.abs(np.bincount(numbers, minlength=3) - 10_000).max() < 4 * np.sqrt(30_000 * 2 / 9)


@pytest.mark.parametrize("seed", range(5))
def test_a_numpy_generator_gives_numpys_own_bits(seed):
    """Small numbers take half a word and leave the other half for the next: the order of draws matters."""
    counts = np.random.default_rng(seed).integers(1, 9, 200)
    ours, numpys = np.random.default_rng(seed), np.random.default_rng(seed)
    numbers, places = drawn(ours, counts)
    expected = [(numpys.integers(count), numpys.uniform(-1, 1)) for count in counts]
    assert numbers.tolist() == [int(number) for number, _ in expected]
    assert places.tolist() == [place for _, place in expected]
    assert ours.bit_generator.state == numpys.bit_generator.state


def test_seeds_are_hashes_of_what_something_is():
    assert seed_of("leg", 3) == 0x5D63E2839419137B  # SHA-256 of "leg\x1f3", its first 63 bits
    assert seeds_of(3, "leg", start=2).tolist() == [seed_of("leg", index) for index in (2, 3, 4)]
    assert seed_of("a", "bc") != seed_of("ab", "c")
