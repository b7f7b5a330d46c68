"""What is looked for in a page, as functions that run inside it."""

from pathlib import Path


def rule(name: str) -> str:
    """The function of one rule, for `page.evaluate`."""
    return (Path(__file__).parent / f"{name}.js").read_text("utf-8")
