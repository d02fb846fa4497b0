"""Tables of results from files: what is understood, and what is refused with which words."""

from pathlib import Path

import numpy as np
import pytest

from arena.errors import ArenaError
from league.ratings import reading
from league.ratings.reading import read_results
from league.ratings.results import Results


def read(folder: Path, text: str | bytes) -> Results:
    path = folder / "results.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_results(path)


def test_a_table_with_everything(tmp_path: Path) -> None:
    text = """player,opponent,score,side
zoe,"Doe, John",1,zoe
"Doe, John",zoe,0.5,opponent

ann, zoe ,0,
"say ""hi\""",ann,1.0,ann
"""
    table = read(tmp_path, text)
    assert table.names == ("Doe, John", "ann", 'say "hi"', "zoe")
    assert table.player.tolist() == [3, 0, 1, 2] and table.opponent.tolist() == [0, 3, 3, 1]
    assert table.score.tolist() == [1, 0.5, 0, 1] and table.favoured.tolist() == [1, -1, 0, -1]
    assert table.games.tolist() == [2, 2, 1, 3] and table.has_sides


@pytest.mark.parametrize(
    "text",
    [
        "player,opponent,score\na,b,1\nb,a,.5\n",
        "\ufeffplayer,opponent,score\r\na,b,1\r\nb,a,0.5\r\n",
        "a,b,1\nb,a,0.5",
        "Score,Opponent,Player\n1,b,a\n0.5,a,b\n",
        'side,player,opponent,score\n,a,b,1\n"",b,a,5e-1\n',
    ],
)
def test_the_same_table_written_otherwise(tmp_path: Path, text: str) -> None:
    table = read(tmp_path, text)
    assert table.names == ("a", "b") and table.player.tolist() == [0, 1] and table.score.tolist() == [1, 0.5]
    assert not table.has_sides


def test_a_name_comes_before_a_word(tmp_path: Path) -> None:
    table = read(tmp_path, "opponent,player,1,opponent\nx,opponent,1,opponent\nx,y,1,player\n")
    assert table.favoured.tolist() == [1, -1, 1]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "holds no games"),
        ("player,opponent,score\n", "holds no games"),
        ("player,opponent,score\na,b,1\na,b,2\n", "line 3: the score '2' is not 1, 0.5 or 0"),
        ("player,opponent,score\na,b,won\n", "line 2: the score 'won' is not"),
        ("player,opponent,score\na,b,nan\n", "line 2: the score 'nan' is not"),
        ("player,opponent,score\na,a,1\n", "line 2: 'a' plays itself"),
        ("player,opponent,score\na,,1\n", "line 2: a player has no name"),
        ("player,opponent,score\na,b\n", "line 2: 2 columns where 3 are due: player,opponent,score"),
        ("player,opponent,score,side\na,b,1,c\n", "line 2: the side 'c' is neither 'a' nor 'b'"),
        ("player,opponent,scor\na,b,1\n", "line 1: there is no column 'scor'; did you mean 'score'?"),
        ("player,opponent,score,date\na,b,1,x\n", "line 1: there is no column 'date'"),
        ("player,opponent,player\na,b,1\n", "line 1: a column is named twice"),
        ("player,score,side\na,1,a\n", "line 1: the column 'opponent' is missing"),
        ('player,opponent,score\n"a,b,1\n', "line 2: .*mind the quotes"),
        (b"player,opponent,score\n\xff,b,1\n", "is not text in UTF-8"),
        ("player,opponent,score\n" + 201 * "a" + ",b,1\n", "line 2: a name has 201 characters"),
        ("player,opponent,score\n" + 200_000 * "a" + ",b,1\n", "line 2: field larger than"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(tmp_path: Path, text: str | bytes, message: str) -> None:
    with pytest.raises(ArenaError, match=message) as caught:
        read(tmp_path, text)
    assert "results.csv" in str(caught.value) and len(str(caught.value)) < 300


def test_files_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for path in (tmp_path, tmp_path / "none.csv", Path("/dev/null")):
        with pytest.raises(ArenaError, match="is not a file"):
            read_results(path)
    monkeypatch.setattr(reading, "MOST_ROWS", 3)
    assert len(read(tmp_path, "a,b,1\n" * 3)) == 3
    with pytest.raises(ArenaError, match="more than 3 rows"):
        read(tmp_path, "a,b,1\n" * 4)
    monkeypatch.setattr(reading, "MOST_BYTES", 10)
    with pytest.raises(ArenaError, match="more than 0 MiB"):
        read(tmp_path, "a,b,1\n" * 2)


def test_cells_count_a_game_the_same_from_either_end() -> None:
    table = Results.of(
        [("a", "b", 1, 1), ("b", "a", 0, -1), ("b", "a", 1, 1), ("a", "b", 0.5, 0), ("b", "a", 1, 0), ("c", "a", 1, 0)]
    )
    first, second, favoured, counts = table.cells
    met = {(int(i), int(j), int(z)): n.tolist() for i, j, z, n in zip(first, second, favoured, counts, strict=True)}
    assert met == {(0, 1, 1): [2, 0, 0], (1, 0, 1): [1, 0, 0], (0, 1, 0): [0, 1, 1], (0, 2, 0): [0, 0, 1]}
    assert np.array_equal(table.games, [6, 5, 1])
