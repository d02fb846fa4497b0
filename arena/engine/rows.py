"""Rows of arrays as views whose shape the compiler knows, so that it can unroll the loops of a scenario.

A kernel with its sizes compiled in takes two thirds of the time of one that reads them. That is worth a compilation
for each cast of a scenario where thousands of worlds run; a single world, as in the PettingZoo view, reads them.
"""

from functools import reduce
from typing import Any, NamedTuple

from numba import types
from numba.core.cgutils import unpack_tuple
from numba.extending import intrinsic
from numba.np.arrayobj import make_array, populate_array

from arena.scenario import Scenario, compiled


class Sizes(NamedTuple):
    """What the compiler may know of a scenario."""

    seats: int
    landmarks: int
    message: int
    notes: int
    work: tuple[int, int]
    seen: int


def sizes_of(scenario: Scenario) -> Sizes:
    """The sizes of a scenario's worlds."""
    return Sizes(
        len(scenario.seats),
        len(scenario.landmarks),
        scenario.message_width,
        scenario.notes,
        scenario.work,
        scenario.observation_width,
    )


def row_functions(sizes: Sizes | None) -> dict[str, Any]:
    """The functions `..._row(array, number)` and `cast(rules)` of the kernel templates, with or without sizes."""
    if sizes is None:
        vector, matrix = _row(None), _row(None, None)
        matrices = dict.fromkeys(("entity_row", "message_row", "work_row"), matrix)
        vectors = dict.fromkeys(("seat_row", "note_row", "seen_row"), vector)
        return {"cast": _cast_of_rules, **matrices, **vectors}
    return {
        "cast": _fixed_cast(sizes.seats, sizes.landmarks),
        "entity_row": _row(sizes.seats + sizes.landmarks, 2),
        "seat_row": _row(sizes.seats),
        "message_row": _row(sizes.seats, sizes.message),
        "note_row": _row(sizes.notes),
        "work_row": _row(*sizes.work),
        "seen_row": _row(sizes.seen),
    }


@compiled
def _cast_of_rules(rules):
    return rules.seats, rules.landmarks


def _fixed_cast(seats: int, landmarks: int) -> Any:
    @compiled
    def cast(rules):
        return seats, landmarks

    return cast


def _row(*shape: int | None) -> Any:
    """A compiled function (array, number) -> view of a row of a contiguous array whose last axes have this shape.

    None is a size that is read from the array. Rows are counted over all the axes before the last.
    """
    axes = len(shape)

    @intrinsic
    def row(typing, array, number):
        view = types.Array(array.dtype, axes, "C")

        def generate(context, builder, signature, arguments):
            def constant(value):
                return context.get_constant(types.intp, value)

            source = make_array(signature.args[0])(context, builder, arguments[0])
            known = unpack_tuple(builder, source.shape)[-axes:]
            sizes = [known[axis] if size is None else constant(size) for axis, size in enumerate(shape)]
            item = constant(context.get_abi_sizeof(context.get_data_type(array.dtype)))
            strides = [reduce(builder.mul, sizes[axis + 1 :], item) for axis in range(axes)]
            first = reduce(builder.mul, sizes, arguments[1])
            target = make_array(view)(context, builder)
            data = builder.gep(source.data, [first])
            populate_array(target, data=data, shape=sizes, strides=strides, itemsize=item, meminfo=None)
            return target._getvalue()

        return view(array, types.intp), generate

    return row
