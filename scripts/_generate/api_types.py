"""The types of the API for the page, written by openapi-typescript from the OpenAPI description."""

import os
import subprocess
from pathlib import Path

from scripts._generate.places import PAGE, ROOT

TOOL = ROOT / "frontend" / "node_modules" / "openapi-typescript" / "bin" / "cli.js"
SCRIPT = ROOT / "frontend" / "api_types.mjs"
TARGET = PAGE / "api" / "schema.ts"


def is_missing() -> bool:
    """Whether the tool is not installed here; `make generate` and `make check` install it."""
    return not TOOL.is_file()


def text(description: Path) -> str:
    """The TypeScript module for an OpenAPI document on disk.

    Raises:
        subprocess.CalledProcessError: the tool refused the document; what it said is on stderr.
    """
    command = ["node", str(SCRIPT), str(description)]
    path = f"{ROOT / '.venv' / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"
    done = subprocess.run(
        command, stdout=subprocess.PIPE, text=True, check=True, cwd=ROOT, env=os.environ | {"PATH": path}
    )
    return done.stdout
