"""`python -m arena` is `arena`."""

import sys

from arena.cli import main

if __name__ == "__main__":  # worker processes import this module under another name
    sys.exit(main())
