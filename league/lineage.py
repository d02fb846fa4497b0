"""Who was trained from whom, as far as both are in the league."""

from collections.abc import Mapping

from league.records.ledger import Entrant


def parents(entrants: Mapping[str, Entrant]) -> dict[str, str]:
    """The parent of each player that has one here, both by content hash.

    The card of a checkpoint names the weights that it was trained from; of several players with these weights it is the
    first that entered.
    """
    of_weights = {e.card["sha256"]: player for player, e in reversed([*entrants.items()]) if "sha256" in e.card}
    named = {player: entrant.card.get("parent") for player, entrant in entrants.items()}
    return {player: of_weights[str(weights)] for player, weights in named.items() if weights in of_weights}
