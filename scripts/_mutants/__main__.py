"""`python -m scripts._mutants`."""

import sys

from scripts._mutants.command import main

if __name__ == "__main__":
    sys.exit(main())
