"""Response graphs against brute force over subsets and paths."""

from itertools import combinations, permutations

import networkx as nx
import numpy as np
import pytest
from metagames import CHAIN, OPEN_SPIEL, PENNIES, RPS, SIDES

from league.metagame.response_graph import (
    condense,
    player_graph,
    profile_graph,
    shortest_cycles,
    sinks,
    top_cycle,
    uncovered,
    weakest,
)

# A cycle of three below a king, above a loser.
COURT = np.array([[0, 1, 1, 1, 1], [-1, 0, 2, -3, 1], [-1, -2, 0, 4, 1], [-1, 3, -4, 0, 1], [-1, -1, -1, -1, 0.0]])


def tournaments(players: int, ties: float) -> list[np.ndarray]:
    rng = np.random.default_rng(players)
    games = [rng.normal(size=(players, players)) for _ in range(12)]
    games = [np.triu(np.where(rng.random(game.shape) < ties, 0, game), 1) for game in games]
    return [game - game.T for game in games]


def test_arrows_lead_to_who_wins() -> None:
    graph = player_graph(RPS)
    assert sorted(graph.edges) == [(0, 1), (1, 2), (2, 0)]
    assert graph[0][1]["strength"] == 1
    assert sorted(player_graph(OPEN_SPIEL, is_best_only=True).edges) == [(0, 3), (1, 3), (2, 3)]
    assert sorted(player_graph(OPEN_SPIEL).edges) == [(0, 3), (1, 0), (1, 2), (1, 3), (2, 0), (2, 3)]
    assert not player_graph(np.zeros((3, 3))).edges


def test_profiles_change_one_side_at_a_time() -> None:
    graph = profile_graph(PENNIES)
    assert sorted(graph.edges) == [((0, 0), (0, 1)), ((0, 1), (1, 1)), ((1, 0), (0, 0)), ((1, 1), (1, 0))]
    assert shortest_cycles(graph) == (((0, 0), (0, 1), (1, 1), (1, 0)),)
    assert sinks(graph) == (((0, 0), (0, 1), (1, 0), (1, 1)),)
    sexes = profile_graph(np.array([[3.0, 0], [0, 2]]), np.array([[2.0, 0], [0, 3]]))
    assert sinks(sexes) == (((0, 0),), ((1, 1),))
    better, best = profile_graph(SIDES), profile_graph(SIDES, is_best_only=True)
    assert set(best.edges) < set(better.edges)
    for (i, j), (k, m) in better.edges:
        gain = SIDES[k, m] - SIDES[i, j] if j == m else SIDES[i, j] - SIDES[k, m]
        assert better[(i, j)][(k, m)]["strength"] == pytest.approx(gain) and gain > 0 and (i == k) != (j == m)


def test_a_court_condenses_into_king_cycle_and_loser() -> None:
    order = condense(player_graph(COURT))
    assert order.groups == ((0,), (1, 2, 3), (4,))
    assert order.layers == ((0,), (1,), (2,))
    assert order.arrows == ((1, 0), (2, 1))
    assert sinks(player_graph(COURT)) == ((0,),)
    cycles = shortest_cycles(player_graph(COURT))
    assert cycles == ((1, 3, 2),)
    assert weakest(player_graph(COURT), cycles[0]) == 2
    even = condense(player_graph(np.zeros((3, 3))))
    assert even.groups == ((0,), (1,), (2,)) and even.layers == ((0, 1, 2),) and even.arrows == ()
    none = condense(player_graph(np.zeros((0, 0))))
    assert none.groups == none.layers == none.arrows == ()


def test_groups_and_layers_of_random_graphs_stand_in_order() -> None:
    for game in tournaments(9, ties=0.6):
        graph = player_graph(game)
        order = condense(graph)
        assert sorted(k for group in order.groups for k in group) == list(range(9))
        group_of = {k: g for g, group in enumerate(order.groups) for k in group}
        layer_of = {g: level for level, layer in enumerate(order.layers) for g in layer}
        for start, stop in graph.edges:
            one, other = group_of[start], group_of[stop]
            assert one == other or (other < one and layer_of[other] < layer_of[one])
            assert one == other or nx.has_path(nx.DiGraph(order.arrows), one, other)


def test_cycles_are_those_of_brute_force() -> None:
    for game in [*tournaments(6, 0.0), *tournaments(6, 0.5)]:
        graph = player_graph(game)
        found: list[tuple[int, ...]] = []
        for size in range(3, 7):
            loops = [loop for loop in permutations(range(6), size) if loop[0] == min(loop)]
            found = [c for c in loops if all(graph.has_edge(a, b) for a, b in zip(c, c[1:] + c[:1], strict=True))]
            if found:
                break
        found.sort(key=lambda cycle: (-weakest(graph, cycle), cycle))
        assert shortest_cycles(graph, most=1000) == tuple(found)
        assert shortest_cycles(graph, most=2) == tuple(found[:2])
    assert shortest_cycles(player_graph(CHAIN)) == ()


def test_the_top_cycle_is_the_smallest_set_that_beats_the_rest() -> None:
    assert top_cycle(RPS) == (0, 1, 2)
    assert top_cycle(CHAIN) == (2,)
    assert top_cycle(COURT) == (0,)
    assert top_cycle(np.zeros((1, 1))) == (0,)
    for game in [*tournaments(5, 0.0), *tournaments(5, 0.3)]:
        dominant = [
            inside
            for size in range(1, 6)
            for inside in combinations(range(5), size)
            if all(game[i, j] > 0 for i in inside for j in range(5) if j not in inside)
        ]
        assert top_cycle(game) == dominant[0]


def test_the_uncovered_reach_everybody_in_two_steps() -> None:
    """The two-step principle of tournaments (Miller 1980)."""
    for game in tournaments(7, 0.0):
        beats = game > 0
        reach = beats | (beats.astype(int) @ beats > 0) | np.eye(7, dtype=bool)
        assert uncovered(game) == tuple(np.flatnonzero(reach.all(1)).tolist())
        assert set(uncovered(game)) <= set(top_cycle(game))
    assert uncovered(np.zeros((3, 3))) == (0, 1, 2)


def test_order_does_not_depend_on_how_the_graph_was_made() -> None:
    game = tournaments(8, 0.2)[0]
    graph = player_graph(game)
    shuffled: nx.DiGraph = nx.DiGraph()
    rng = np.random.default_rng(0)
    shuffled.add_nodes_from(rng.permutation(8).tolist())
    edges = list(graph.edges(data=True))
    shuffled.add_edges_from(edges[k] for k in rng.permutation(len(edges)))
    assert condense(shuffled) == condense(graph)
    assert shortest_cycles(shuffled) == shortest_cycles(graph)
    assert sinks(shuffled) == sinks(graph)
