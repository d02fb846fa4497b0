"""Worlds as pictures, films, windows and curves: a leaf, imported only when something is drawn."""

import os

os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")  # pygame would greet on standard output
