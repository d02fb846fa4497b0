"""Words: what calls a game of others on the command line."""

import pytest

from arena.errors import ArenaError
from arena.foreign.word import read_word, spell_word


@pytest.mark.parametrize(
    ("word", "options"),
    [
        ("pettingzoo:a.b_v1", {}),
        ("pettingzoo:a.b_v1?x=3&y=true&z=0.5&w=false", {"x": 3, "y": True, "z": 0.5, "w": False}),
        ("pettingzoo:a.b_v1?mode=vector-masked&n=-2", {"mode": "vector-masked", "n": -2}),
        (
            "gym:ALE/Pong-v5?sides=a=x_0,x_1;b=y_0&t=50%25%26more",
            {"sides": "a=x_0,x_1;b=y_0", "t": "50%&more"},
        ),
        ("gym:module:Env-v0?list=[1,2]&none=null&nan=NaN", {"list": "[1,2]", "none": "null", "nan": "NaN"}),
    ],
)
def test_a_word_and_its_parts(word, options):
    parts = read_word(word)
    assert parts.options == options
    assert [type(value) for value in parts.options.values()] == [type(value) for value in options.values()]
    assert parts.name == word.split("?")[0]
    assert read_word(spell_word(parts.name, parts.options)) == parts


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("petingzoo:a", "'petingzoo:a' is not pettingzoo:NAME or gym:NAME; did you mean 'pettingzoo'?"),
        ("gym", "'gym' is not pettingzoo:NAME or gym:NAME"),
        ("gym:", "'gym:' names no environment; write for example gym:CartPole-v1"),
        ("pettingzoo:?n=1", "write for example pettingzoo:butterfly.knights_archers_zombies_v11"),
        ("gym:A?n", "'n' is not OPTION=VALUE; write for example ?max_cycles=200"),
        ("gym:A?n-m=3", "'n-m=3' is not OPTION=VALUE"),
    ],
)
def test_words_that_are_none(word, message):
    with pytest.raises(ArenaError) as caught:
        read_word(word)
    assert message in str(caught.value)
