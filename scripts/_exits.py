"""The search for exits, written into `contracts/README.md`: what was searched, and the states as drawings.

    python -m scripts._exits            searches and writes the sections (about a minute)
    python -m scripts._exits --check    writes nothing, exits 1 where a section is stale

`make generate` does not call it, because it takes long; the tests in `tests/contracts/exits` search anyway
and compare the page with what they found.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]


def main(arguments: list[str] | None = None) -> int:
    """Write the sections, or compare them; 0 when they are fresh."""
    parser = argparse.ArgumentParser(
        prog="python -m scripts._exits", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--check", action="store_true", help="write nothing, exit 1 when a section is stale")
    options = parser.parse_args(arguments)
    sys.path[:0] = [str(ROOT / "tests"), str(ROOT)]
    readme: Any = importlib.import_module("contracts.exits.readme")
    found: dict[str, str] = readme.sections()
    differing = [name for name, section in found.items() if readme.written(name) != section]
    for name in differing:
        print(f"{'stale' if options.check else 'written'}: the exits of {name} in contracts/README.md")
    if not options.check:
        readme.write(found)
        return 0
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
