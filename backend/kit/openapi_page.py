"""An OpenAPI description as one plain page: no script, no style sheet and no host but this one."""

from html import escape
from typing import Any


def page(description: dict[str, Any], source: str) -> str:
    """HTML with every path, method, parameter and summary; `source` is where the description itself is."""
    rows = [
        _row(method, path, operation)
        for path, operations in sorted(description["paths"].items())
        for method, operation in operations.items()
    ]
    title = escape(description["info"]["title"])
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}: paths</title>'
        '<meta name="viewport" content="width=device-width">'
        f'<h1>{title}</h1><p>The whole description: <a href="{escape(source)}">{escape(source)}</a></p>'
        "<table><thead><tr><th>Method<th>Path<th>Parameters<th>What</tr></thead><tbody>"
        f"{''.join(rows)}</tbody></table></html>"
    )


def _row(method: str, path: str, operation: dict[str, Any]) -> str:
    names = [item["name"] + ("" if item.get("required") else "?") for item in operation.get("parameters", [])]
    cells = (
        method.upper(),
        path,
        ", ".join(names),
        operation.get("description", operation.get("summary", "")),
    )
    return "<tr>" + "".join(f"<td>{escape(cell)}" for cell in cells) + "</tr>"
