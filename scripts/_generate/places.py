"""Where the generated files are."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CHAIN = ROOT / "indexer" / "chain"
PAGE = ROOT / "frontend" / "src"
MANIFEST = ROOT / "contracts" / "manifest.json"
OPENAPI = ROOT / "docs" / "openapi.json"
