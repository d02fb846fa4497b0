"""Ratings of any table of results: who played whom, and what came of it.

    bradley_terry.py, davidson.py, rao_kupper.py, bayeselo.py, elo.py, glicko2.py, openskill.py, melo.py
                      the models by name: a file here that defines rate() is one, and nothing lists it elsewhere.
                      Each takes Results and returns Rated; what can be set are rate's keyword arguments
    results.py        the table; reading.py: from a file of comma-separated values
    rated.py          what comes of it
    problem.py        the table as a likelihood to maximise, with virtual games where it has no maximum
    existence.py      whether it has one
    catalog.py        finding a model by its name

Axes: G games, P players, C cells (the games of two players in which the same of them was favoured), K parameters.
"""
