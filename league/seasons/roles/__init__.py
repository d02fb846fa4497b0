"""The roles of members: a file each, with its rules.

    chances(view, rules) -> [K]     against whom it trains; sums to one
    due(view, rules) -> str         why it is to be frozen now, or an empty text
    earliest(rules) -> int          the periods before which it is never frozen
    restarts(view, rules) -> float  the chance that it starts anew once it was frozen

Source: Vinyals et al. 2019, supplementary pseudocode and methods, where a role is one of AlphaStar's.
"""
