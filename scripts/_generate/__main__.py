"""`python -m scripts._generate`."""

import sys

from scripts._generate.command import main

if __name__ == "__main__":
    sys.exit(main())
