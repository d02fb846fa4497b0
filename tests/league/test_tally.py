"""What players did, beside the same found leg by leg."""

from dataclasses import replace

import numpy as np
from league_fakes import GAME, complete, legs, played

from arena.games import End, Games
from league.board.tally import tally

NAMES = ["cyd", "ann", "bob"]
GOOD_DISTANCE, ADVERSARY_DISTANCE = (GAME.metric_names.index(f"{side}_distance") for side in ("good", "adversary"))


def spoilt() -> Games:
    """Legs of which some are forfeited, void or without a metric, some against oneself and some in mixed teams."""
    games = played(legs(GAME, NAMES, *complete(3, 8, with_self=True)))
    rng = np.random.default_rng(0)
    end = rng.choice([End.PLAYED, End.FORFEIT, End.VOID], len(games), p=[0.7, 0.2, 0.1]).astype(np.int8)
    fault = np.where(end == End.PLAYED, -1, rng.integers(0, 3, len(games))).astype(np.int16)
    score = np.where((end == End.FORFEIT)[:, None], np.float32(np.nan), games.score)
    metrics = np.where(rng.random(games.metrics.shape) < 0.2, np.float32(np.nan), games.metrics)
    player = games.player.copy()
    player[::7, 2] = (player[::7, 1] + 1) % 3
    return replace(games, player=player, end=end, fault=fault, score=score, metrics=metrics)


def test_a_tally_is_what_counting_leg_by_leg_finds() -> None:
    games = spoilt()
    found = tally(games, GAME)
    for row in range(3):
        ends, results = dict.fromkeys(found.ends, 0), dict.fromkeys(found.results, 0)
        good, adversary = [], []
        for seats, winner, end, fault, score, metrics in zip(
            *(getattr(games, c).tolist() for c in ("player", "winner", "end", "fault", "score", "metrics")), strict=True
        ):
            if end == End.VOID or row not in seats:
                continue
            is_forfeit = end == End.FORFEIT
            ends["played" if not is_forfeit else "forfeited" if seats[fault] == row else "won_by_forfeit"] += 1
            held = [s for s, holder in enumerate(seats[:2]) if holder == row]
            if seats[1] != seats[2] or not held:
                continue
            results["wins" if winner in held else "losses" if winner >= 0 else "draws"] += 1
            good += [(score[1], metrics[GOOD_DISTANCE])] if 1 in held else []
            adversary += [(score[0], metrics[ADVERSARY_DISTANCE])] if 0 in held else []
        assert {end: count[row] for end, count in found.ends.items()} == ends
        assert found.legs[row] == sum(ends.values())
        assert {result: count[row] for result, count in found.results.items()} == results
        np.testing.assert_allclose(found.score[row], [np.nanmean(part, 0)[0] for part in (adversary, good)])
        np.testing.assert_allclose(found.metrics[row, GOOD_DISTANCE], np.nanmean(good, 0)[1])
        np.testing.assert_allclose(found.metrics[row, ADVERSARY_DISTANCE], np.nanmean(adversary, 0)[1])


def test_nobody_who_never_played_has_a_mean() -> None:
    found = tally(played(legs(GAME, [*NAMES, "dan"], *complete(3, 2))), GAME)
    assert found.legs.tolist() == [8, 8, 8, 0]
    assert np.isnan(found.score[3]).all() and np.isnan(found.metrics[3]).all() and np.isfinite(found.metrics[:3]).all()
