"""Match-ups as rows of a sparse linear design: what each compares, and the sums that fits need.

Axes: R tables that are fitted at once (resamples), C cells (match-ups), D entries of a row, K parameters.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
from scipy import sparse
from scipy.linalg import lapack

RIDGE = 1e-6  # keeps directions that no game decides (a shift of all skills against mu) at rest


@dataclass(frozen=True)
class Design:
    """Row c says that the advantage in cell c is the sum over d of values[c, d] * theta[columns[c, d]]."""

    columns: np.ndarray  # [C, D] int, the parameters of a cell
    values: np.ndarray  # [C, D]
    width: int  # K

    @classmethod
    def of_matchups(cls, first: np.ndarray, second: np.ndarray, width: int) -> Self:
        """mu + theta[first] - theta[second], with mu as parameter 0 and the others given by their index [C]."""
        columns = np.stack([np.zeros_like(first), first, second], axis=1)
        return cls(columns, np.tile([1.0, 1.0, -1.0], (len(first), 1)), width)

    def predict(self, theta: np.ndarray) -> np.ndarray:
        """The advantage [R, C] under parameters [R, K]."""
        return np.asarray((self._rows @ theta.T).T)

    def pull(self, cell: np.ndarray) -> np.ndarray:
        """The design's transpose times a number per cell: [R, C] -> [R, K]."""
        return np.asarray((self._rows.T @ cell.T).T)

    def gram(self, weight: np.ndarray) -> np.ndarray:
        """Transpose times weights [R, C] times the design: [R, K, K]."""
        square = self._products.T @ weight.T  # [K*K, R]
        return np.ascontiguousarray(square.T).reshape(-1, self.width, self.width)

    def with_empty_cell(self) -> "Design":
        """The same and one more cell, which no parameter moves: two sides that are equal."""
        return Design(np.pad(self.columns, ((0, 1), (0, 0))), np.pad(self.values, ((0, 1), (0, 0))), self.width)

    @cached_property
    def _rows(self) -> sparse.csr_matrix:
        return self._sparse(self.columns, self.values, self.width)

    @cached_property
    def _products(self) -> sparse.csr_matrix:
        """Row c holds the products of all two entries of row c: [C, K*K]."""
        cells, entries = self.columns.shape
        columns = self.columns[:, :, None] * self.width + self.columns[:, None, :]
        values = self.values[:, :, None] * self.values[:, None, :]
        shape = (cells, entries**2)
        return self._sparse(columns.reshape(shape), values.reshape(shape), self.width**2)

    @staticmethod
    def _sparse(columns: np.ndarray, values: np.ndarray, width: int) -> sparse.csr_matrix:
        cells, entries = columns.shape
        row = np.repeat(np.arange(cells), entries)
        return sparse.csr_matrix((values.ravel(), (row, columns.ravel())), shape=(cells, width))


def least_squares(design: Design, legs: np.ndarray, total: np.ndarray) -> np.ndarray:
    """The additive model's parameters [R, K] from the legs [R, C] and summed scores [R, C] of each cell.

    Each leg weighs the same, so an incomplete or unbalanced design is fitted as it is.
    """
    normal = design.gram(legs) + RIDGE * np.eye(design.width)
    return solve(normal, design.pull(total))


def solve(matrix: np.ndarray, right: np.ndarray) -> np.ndarray:
    """The solutions [R, K] of positive definite systems [R, K, K].

    One after the other: on matrices this small `numpy.linalg.solve` starts threads for each, which took up to 200
    times as long, and `scipy.linalg` spends most of its time on checks.
    """
    found = np.empty_like(right)
    for row, (square, column) in enumerate(zip(matrix, right, strict=True)):
        _, found[row], failed = lapack.dposv(square, column)
        if failed:
            raise np.linalg.LinAlgError("a matrix is not positive definite")
    return found
