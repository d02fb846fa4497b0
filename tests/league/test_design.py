"""The sparse design against dense algebra."""

import numpy as np

from league.fits.design import Design, least_squares, solve


def test_products_are_those_of_the_dense_matrix() -> None:
    rng = np.random.default_rng(0)
    design = Design.of_matchups(rng.integers(1, 4, 20), rng.integers(4, 7, 20), 7)
    dense = np.zeros((20, 7))
    np.add.at(dense, (np.arange(20)[:, None], design.columns), design.values)
    theta, cell = rng.normal(size=(3, 7)), rng.normal(size=(3, 20))
    np.testing.assert_allclose(design.predict(theta), theta @ dense.T)
    np.testing.assert_allclose(design.pull(cell), cell @ dense)
    np.testing.assert_allclose(design.gram(cell), np.einsum("rc,ck,cl->rkl", cell, dense, dense), atol=1e-12)
    np.testing.assert_allclose(design.with_empty_cell().predict(theta)[:, :-1], theta @ dense.T)
    np.testing.assert_array_equal(design.with_empty_cell().predict(theta)[:, -1], 0)


def test_solve_solves() -> None:
    rng = np.random.default_rng(1)
    root = rng.normal(size=(5, 6, 6))
    matrix, right = root @ root.swapaxes(1, 2) + np.eye(6), rng.normal(size=(5, 6))
    np.testing.assert_allclose(solve(matrix, right), np.linalg.solve(matrix, right[..., None])[..., 0])


def test_least_squares_weighs_legs_in_an_incomplete_design() -> None:
    rng = np.random.default_rng(2)
    first, second = rng.integers(0, 4, 60), rng.integers(0, 4, 60)
    score = rng.normal(size=60)
    dense = np.zeros((60, 9))
    dense[:, 0] = 1
    dense[np.arange(60), 1 + first] = 1
    dense[np.arange(60), 5 + second] = -1
    expected = dense @ np.linalg.lstsq(dense, score, rcond=None)[0]
    cells, cell = np.unique(np.stack([first, second], axis=1), axis=0, return_inverse=True)
    design = Design.of_matchups(1 + cells[:, 0], 5 + cells[:, 1], 9)
    theta = least_squares(design, np.bincount(cell)[None].astype(float), np.bincount(cell, score)[None])
    np.testing.assert_allclose(design.predict(theta)[0, cell], expected, atol=1e-6)
