"""Response graphs: from every player, or profile, arrows to the better answers.

Nodes are numbers (of players) or pairs of numbers (profiles); everything listed is in one order, whatever made it.
Source: Omidshafiei et al. 2019, "alpha-Rank", section 2, for response graphs and their sinks; Fishburn 1977,
"Condorcet social choice functions", for the top cycle (Smith set) and the uncovered set.
"""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

import networkx as nx
import numpy as np

EQUAL = 1e-9  # payoffs, on the scale of the largest, that differ by less are equal

Groups = tuple[tuple[Any, ...], ...]


@dataclass(frozen=True)
class Condensation:
    """A response graph in which each set of nodes that can all reach one another is one group."""

    groups: Groups  # each sorted, the best first: no arrow leads from an earlier group to a later one
    layers: tuple[tuple[int, ...], ...]  # numbers of groups; arrows go from later layers to earlier ones only
    arrows: tuple[tuple[int, int], ...]  # between groups, without those that follow from others


def player_graph(advantage: np.ndarray, is_best_only: bool = False) -> nx.DiGraph:
    """An arrow from j to i, with what i wins from j as `strength`, for each positive entry [i, j] of D [P, P].

    If `is_best_only`, to those i alone who win most from j. Who is even with another has no arrow.
    """
    advantage = np.asarray(advantage, np.float64)
    graph: nx.DiGraph = nx.DiGraph()
    graph.add_nodes_from(range(len(advantage)))
    margin = EQUAL * np.abs(advantage).max(initial=0)
    answers = advantage > margin
    if is_best_only:
        answers &= advantage >= advantage.max(0, initial=-np.inf) - margin
    for j, i in np.argwhere(answers.T).tolist():
        graph.add_edge(j, i, strength=float(advantage[i, j]))
    return graph


def profile_graph(rows: np.ndarray, columns: np.ndarray | None = None, is_best_only: bool = False) -> nx.DiGraph:
    """An arrow between profiles (i, j) for each change by one side that gains it something, the gain as `strength`.

    From payoffs [I, J] of each side; columns' default to -rows. A profile without arrows is a pure equilibrium.
    """
    rows = np.asarray(rows, np.float64)
    columns = -rows if columns is None else np.asarray(columns, np.float64)
    graph: nx.DiGraph = nx.DiGraph()
    graph.add_nodes_from(np.ndindex(rows.shape))
    margin = EQUAL * max(np.abs(rows).max(), np.abs(columns).max())
    for i, j in np.ndindex(rows.shape):
        for gain, is_row in ((rows[:, j] - rows[i, j], True), (columns[i] - columns[i, j], False)):
            least = gain.max() - margin if is_best_only else margin
            for k in np.flatnonzero((gain > margin) & (gain >= least)).tolist():
                graph.add_edge((i, j), (k, j) if is_row else (i, k), strength=float(gain[k]))
    return graph


def sinks(graph: nx.DiGraph) -> Groups:
    """The sets of nodes that answers never leave: where evolution ends up."""
    components = nx.strongly_connected_components(graph)
    ends = (c for c in components if not any(after not in c for node in c for after in graph[node]))
    return tuple(sorted(tuple(sorted(c)) for c in ends))


def condense(graph: nx.DiGraph) -> Condensation:
    """The groups of the graph, the layers they stand in and the arrows between them."""
    merged = nx.condensation(graph)
    members = {node: tuple(sorted(merged.nodes[node]["members"])) for node in merged}
    ranks = [sorted(layer, key=members.__getitem__) for layer in nx.topological_generations(merged.reverse())]
    number = {node: index for index, node in enumerate(node for layer in ranks for node in layer)}
    arrows = sorted((number[start], number[stop]) for start, stop in nx.transitive_reduction(merged).edges)
    return Condensation(
        groups=tuple(members[node] for node in number),
        layers=tuple(tuple(number[node] for node in layer) for layer in ranks),
        arrows=tuple(arrows),
    )


def shortest_cycles(graph: nx.DiGraph, most: int = 10) -> Groups:
    """At most `most` of the cycles of least length, those first whose weakest arrow is strongest.

    Each starts at its least node; an arrow leads from every node to the next and from the last to the first.
    """
    girth = min((len(_shortest_through(graph, node)) for node in graph if _shortest_through(graph, node)), default=0)
    if not girth:
        return ()
    found = (_from_least(cycle) for cycle in nx.simple_cycles(graph, length_bound=girth))
    return tuple(sorted(found, key=lambda cycle: (-weakest(graph, cycle), cycle))[:most])


def weakest(graph: nx.DiGraph, cycle: tuple[Any, ...]) -> float:
    """The strength of the weakest arrow of a cycle."""
    return min(float(graph[start][stop]["strength"]) for start, stop in zip(cycle, cycle[1:] + cycle[:1], strict=True))


def top_cycle(advantage: np.ndarray) -> tuple[int, ...]:
    """The Smith set of antisymmetric D [P, P]: the smallest set each of whose members beats everybody outside it."""
    graph = player_graph(advantage)
    even = [(i, j) for i in graph for j in graph if i != j and not graph.has_edge(i, j) and not graph.has_edge(j, i)]
    graph.add_edges_from(even)
    return tuple(sinks(graph)[0])


def uncovered(advantage: np.ndarray) -> tuple[int, ...]:
    """The players whom nobody covers.

    k covers i if it beats i, beats all whom i beats, and loses to none but those who beat i.
    """
    beats = nx.to_numpy_array(player_graph(advantage), weight=None).T > 0
    below = ~(beats[None] & ~beats[:, None]).any(2)  # [k, i] whom i beats, k beats
    above = ~(beats.T[:, None] & ~beats.T[None]).any(2)  # [k, i] who beats k, beats i
    return tuple(np.flatnonzero(~(beats & below & above).any(0)).tolist())


def _shortest_through(graph: nx.DiGraph, node: Hashable) -> list[Any]:
    """A shortest cycle through the node; empty if there is none."""
    distances = nx.single_source_shortest_path(graph, node)
    closing = [path for end, path in distances.items() if graph.has_edge(end, node)]
    return min(closing, key=len, default=[])


def _from_least(cycle: list[Any]) -> tuple[Any, ...]:
    start = cycle.index(min(cycle))
    return tuple(cycle[start:] + cycle[:start])
