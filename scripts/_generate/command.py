"""`python -m scripts._generate`: write what is generated, or with `--check` name what is stale."""

import argparse
import os
import tempfile
from pathlib import Path

from scripts._generate import api_types, contracts, events, manifest, page, vectors
from scripts._generate.places import CHAIN, MANIFEST, OPENAPI, PAGE, ROOT


def generated(sources: Path) -> dict[Path, str]:
    """Every generated file: path → text. The types of the API are among them where Node's tools are
    installed.
    """
    files: dict[Path, str] = {}
    compiled = [contracts.compile_contract(sources, name) for name in contracts.DEPLOYABLES]
    for contract in compiled:
        files[CHAIN / "abi" / f"{contract.name}.json"] = contracts.artefact_text(contract)
        if slice_ := contracts.DEPLOYABLES[contract.name]:
            path = CHAIN / "generated" / f"{slice_}.py"
            files[path] = events.formatted(events.events_text(contract, slice_), path)
    files[MANIFEST] = manifest.text(compiled)
    files |= page.files(compiled)
    files |= vectors.files()
    if not api_types.is_missing():
        with tempfile.TemporaryDirectory() as folder:
            description = Path(folder) / OPENAPI.name
            description.write_text(files[OPENAPI])
            files[api_types.TARGET] = api_types.text(description)
    return files


def stale(files: dict[Path, str]) -> list[Path]:
    """The generated files whose text on disk differs, and files beside them that nothing generates."""
    differing = [path for path, text in files.items() if not path.exists() or path.read_text() != text]
    keep = {CHAIN / "generated" / "__init__.py"}
    beside = [
        *(CHAIN / "abi").glob("*"),
        *(CHAIN / "generated").glob("*.py"),
        *(PAGE / "chain" / "generated").glob("*"),
    ]
    return sorted(differing) + sorted(path for path in beside if path not in files and path not in keep)


def verdict(differing: list[Path], unknown: bool, under_ci: bool) -> int:
    """Exit code of a check: 1 when a file is stale, and under CI also when one could not be looked at."""
    return 1 if differing or (unknown and under_ci) else 0


def main(arguments: list[str] | None = None) -> int:
    """Write the generated files, or with `--check` compare them; 0 when they are fresh."""
    parser = argparse.ArgumentParser(prog="python -m scripts._generate", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, exit 1 when a file is stale")
    parser.add_argument("--contracts", type=Path, default=ROOT / "contracts", help="folder of the sources")
    options = parser.parse_args(arguments)
    files = generated(options.contracts.resolve())
    differing = stale(files)
    unknown = api_types.is_missing()
    if unknown:
        print(f"not looked at: {api_types.TARGET.relative_to(ROOT)} (its tool comes with `make check`)")
    if options.check:
        for path in differing:
            print(f"stale: {path.relative_to(ROOT)} (run `make generate`)")
        return verdict(differing, unknown, under_ci=bool(os.environ.get("CI")))
    for path in differing:
        if path in files:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(files[path])
            print(f"written: {path.relative_to(ROOT)}")
        else:
            print(f"left over: {path.relative_to(ROOT)} (nothing generates it)")
    return 0
