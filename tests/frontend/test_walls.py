"""Which way imports flow inside the page, as import-linter says it for Python."""

import re
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "frontend" / "src"
# each part may import those before it, and itself
PARTS = ("kit", "words", "api", "chain", "ui", "features", "app")
# the slices of the features, stacked as those of the backend are
MAY_IMPORT = {
    "identity": set(),
    "booking": {"identity"},
    "reputation": {"identity"},
    "matching": {"identity", "booking"},
    "escrow": {"identity", "booking"},
    "demo": {"identity"},
}
IMPORT = re.compile(r"""(?:from|import\()\s*["'](\.{1,2}/[^"']+)["']""")


def imports() -> list[tuple[str, str]]:
    """Pairs of module paths below the source, importing and imported; what only tests use does not count."""
    found = []
    for path in sorted(SOURCE.rglob("*.ts*")):
        here = path.relative_to(SOURCE)
        if ".test." in path.name or here.parts[0] == "testing":
            continue
        for target in IMPORT.findall(path.read_text("utf-8")):
            found.append((str(here), str((path.parent / target).resolve().relative_to(SOURCE))))
    return found


def test_page__imports_flow_one_way() -> None:
    wrong = [
        (importing, imported)
        for importing, imported in imports()
        if PARTS.index(importing.split("/")[0]) < PARTS.index(imported.split("/")[0])
    ]
    assert wrong == []


def test_slices_of_the_page__import_only_what_lies_below_them() -> None:
    wrong = []
    for importing, imported in imports():
        if importing.startswith("features/") and imported.startswith("features/"):
            here, there = importing.split("/")[1], imported.split("/")[1]
            if here != there and there not in MAY_IMPORT[here]:
                wrong.append((importing, imported))
    assert wrong == []


def test_wallet_code__is_loaded_only_when_it_is_needed() -> None:
    """Nothing that the first page imports statically reaches viem or wagmi."""
    graph: dict[str, set[str]] = {}
    outside: dict[str, set[str]] = {}
    static = re.compile(
        r"""^(?:import|export)\s(?!type\b)[^;]*?from\s+["']([^"']+)["']""", re.MULTILINE | re.DOTALL
    )
    for path in SOURCE.rglob("*.ts*"):
        if path.relative_to(SOURCE).parts[0] == "testing":
            continue
        name = str(path.relative_to(SOURCE).with_suffix(""))
        targets = static.findall(path.read_text("utf-8"))
        near = [target for target in targets if target.startswith(".")]
        graph[name] = {str((path.parent / target).resolve().relative_to(SOURCE)) for target in near}
        outside[name] = {target for target in targets if not target.startswith(".")}
    seen: set[str] = set()
    open_ = ["app/main"]
    while open_:
        name = open_.pop()
        if name in seen or name not in graph:
            continue
        seen.add(name)
        open_ += graph[name]
    assert len(seen) > 20
    heavy = {
        name: found
        for name in seen
        if (found := {t for t in outside[name] if t.startswith(("viem", "wagmi"))})
    }
    assert heavy == {}
