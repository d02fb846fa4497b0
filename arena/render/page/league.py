"""The report of a league: from its leaderboard with sections, as plain data, to one HTML file that needs no network."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from arena.render.graph import response_graph_png
from arena.render.page.encounters import cross_table, partners_table
from arena.render.page.layout import page, shown
from arena.render.page.league_verdict import verdict
from arena.render.page.numbers import PARTS, UNKNOWN, Unit, unit_of
from arena.render.page.standings import by_side, overall
from arena.render.theme import DARK, LIGHT, Theme

Board = Mapping[str, Any]
Row = tuple[str, Sequence[str]]
MOST_NAMED = 5  # in a warning
LEAST_MASS = 0.005  # of a mixture that is worth a line


@dataclass(frozen=True)
class Table:
    """Names, and cells of text behind them."""

    headers: Sequence[str]
    rows: Sequence[Row]


def league_page(board: Board, about: Mapping[str, Any]) -> str:
    """The page as HTML. `board` is leaderboard.json with any of its sections `cross`, `sides`, `partners` and `meta`.

    `about` says what was played and how: `title`, `path`, `scenario` {name, version, parameters, sides},
    `tournament_seed`, `format`, `environments` {digest: legs}, `versions` and `date`.
    """
    board, about = shown(board), shown(about)
    return page(
        "league.html.j2",
        board=board,
        about=about,
        verdict=verdict(board),
        warnings=warnings(board, about),
        standing=overall(board),
        sides=by_side(board),
        encounters=cross_table(board) or partners_table(board),
        partners=partners_rows(board),
        metrics=metrics_table(board),
        ends=ends_table(board),
        meta=meta_table(board),
        told=meta_sentences(board),
        graph=graph_pictures(board),
    )


def warnings(board: Board, about: Mapping[str, Any]) -> list[str]:
    """What to beware of."""
    found = [f"{p['name']} is withdrawn: {p['withdrawn']}" for p in board["players"] if p["withdrawn"]]
    name = _names(board)
    if unsure := [player["name"] for player in board["players"] if player["provisional"]]:
        found.append(
            f"Too little, or too one-sided, to be rated without a prior, and so provisional: {_listed(unsure)}"
        )
    for side, apart in board["apart"].items():
        if apart:
            who = _listed([name[player] for player in apart])
            found.append(f"As {side}, no chain of opponents compares with the others: {who}")
    if len(about["environments"]) > 1:
        found.append(
            f"Legs come from {len(about['environments'])} kinds of machine or versions, between which equal bits"
            f" are not promised; arena league check {about['path']} compares them"
        )
    return found


def metrics_table(board: Board) -> Table | None:
    """Mean metrics of every player."""
    players = board["players"]
    names = list(dict.fromkeys(name for player in players for name in player["metrics"]))
    units = {name: unit_of([player["metrics"].get(name) for player in players]) for name in names}
    rows = [(p["name"], [units[name].text(p["metrics"].get(name)) for name in names]) for p in players]
    return Table([name.replace("_", " ") for name in names], rows) if names else None


def ends_table(board: Board) -> Table | None:
    """How the legs of those ended who had one that was not simply played; None if there is nobody."""
    ends = list(dict.fromkeys(end for player in board["players"] for end in player["ends"]))
    odd = [player for player in board["players"] if sum(player["ends"].values()) > player["ends"].get("played", 0)]
    rows = [(player["name"], [f"{player['ends'].get(end, 0):,}" for end in ends]) for player in odd]
    return Table([end.replace("_", " ") for end in ends], rows) if rows else None


def partners_rows(board: Board) -> Table | None:
    """What everybody reaches with partners; None if nobody was a guest."""
    data, name = board.get("partners"), _names(board)
    if not data or data["gap"]["value"] is None:
        return None
    columns = {"self-play": "self_play", "cross-play": "cross_play", "gap": "gap", "BR-Prox": "br_prox"}
    unit = unit_of(player["self_play"]["value"] for player in data["players"])
    units = dict.fromkeys(columns.values(), unit) | {"br_prox": Unit(2)}
    rows = [(name[p["hash"]], [units[key].whole(p[key]) for key in columns.values()]) for p in data["players"]]
    return Table([*columns], rows)


def meta_table(board: Board) -> Table | None:
    """Who is sent to play whom: those who have a share in some mixture."""
    data, name = board.get("meta"), _names(board)
    if not data:
        return None
    sides = data["sides"][::-1]
    headers = [*(f"mix as {side}" for side in sides), *(f"alpha-rank as {side}" for side in sides), "Nash average"]

    def masses(player: Mapping[str, Any]) -> list[Mapping[str, Any] | None]:
        parts = [(player["sides"].get(side) or {}).get(part) for part in ("mix", "alpharank") for side in sides]
        return [*parts, player["nash"]]

    unit = Unit(0, is_share=True)
    rows = [
        (name[player["hash"]], [unit.whole(part) if part else UNKNOWN for part in masses(player)])
        for player in data["players"]
        if any(part and (part["value"] or 0) >= LEAST_MASS for part in masses(player))
    ]
    told = [k for k in range(len(headers)) if any(cells[k] != UNKNOWN for _, cells in rows)]
    return Table([headers[k] for k in told], [(who, [cells[k] for k in told]) for who, cells in rows])


def meta_sentences(board: Board) -> list[str]:
    """The value of the game, and what no ranking explains."""
    data, name = board.get("meta"), _names(board)
    if not data:
        return []
    value, graph = data["value"], data["response_graph"]
    found = []
    if value["value"] is not None and data["by"] == "wins":
        points = Unit(1, is_share=True).whole({part: value[part] for part in PARTS})
        found.append(f"Played at its best by both, the game gives {value['side']} {points} of 100 points.")
    if graph["intransitivity"] is not None:
        chance = "" if graph["noise"] is None else f"; chance alone would make {100 * graph['noise']:.1f} %"
        found.append(f"{100 * graph['intransitivity']:.1f} % of who beats whom is explained by no ranking{chance}.")
    top = [name[graph["players"][place]] for place in graph["top_cycle"]]
    if top and is_ranking(graph):
        found.append("Everybody beats everybody below: there is nothing that a ranking does not say.")
    elif len(top) == 1:
        found.append(f"{top[0]} is beaten by nobody.")
    elif top:
        found.append(
            f"Nobody outside of these beats any of them: {', '.join(top[:8])}{' and others' * (len(top) > 8)}."
        )
    return [*found, *data["notes"]]


def is_ranking(graph: Mapping[str, Any]) -> bool:
    """Whether everybody beats everybody below, or nobody has held both sides."""
    return len(graph["layers"]) == len(graph["players"])


def graph_pictures(board: Board) -> dict[str, Markup] | None:
    """The response graph in both themes as data: addresses; None where it would show no more than a ranking does."""
    if not board.get("meta") or is_ranking(board["meta"]["response_graph"]):
        return None
    graph, name = board["meta"]["response_graph"], _names(board)
    names = [name[player] for player in graph["players"]]

    def address(theme: Theme) -> Markup:
        return Markup("data:image/png;base64," + base64.b64encode(response_graph_png(names, graph, theme)).decode())

    return {"light": address(LIGHT), "dark": address(DARK)}


def _listed(names: Sequence[str]) -> str:
    """Some of the names, and how many more there are."""
    return ", ".join(names[:MOST_NAMED]) + (f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else "")


def _names(board: Board) -> dict[str, str]:
    return {player["hash"]: player["name"] for player in board["players"]}
