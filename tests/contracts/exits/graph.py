"""Draws what was found: states merged by what a reader tells apart, and who leads from one to the other."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from contracts.exits.proof import longest_wait
from contracts.exits.search import ANYBODY, TIME, Found, Step

# deadlines that only narrow what somebody may still do, and move nothing when they pass
SILENT_CLOCKS = ("cancel",)
# what carries out what time has decided, and so is drawn like time itself
EXPIRE = f"{ANYBODY}: expire"


@dataclass
class Drawing:
    """Nodes in the order of their discovery; edges: (from, to) → label → clocks that always had run out."""

    nodes: list[str] = field(default_factory=list)
    ends: set[str] = field(default_factory=set)
    edges: dict[tuple[str, str], dict[str, frozenset[str]]] = field(default_factory=dict)


def merged(founds: Iterable[Found], names: Mapping[str, str] | None = None) -> Drawing:
    """All of it in one drawing. `names` renames actors. Acts that lead back to the same node are left out."""
    drawing = Drawing()
    for found in founds:
        drawing.nodes += dict.fromkeys(s.view.node for s in found.states if s.view.node not in drawing.nodes)
        drawing.ends |= {state.view.node for state in found.states if state.view.done}
        for step in found.steps:
            _add(drawing, found, step, names or {})
    # an end is a node all of whose states are one
    for found in founds:
        drawing.ends -= {state.view.node for state in found.states if not state.view.done}
    return drawing


def _add(drawing: Drawing, found: Found, step: Step, names: Mapping[str, str]) -> None:
    source, target = found.states[step.source], found.states[step.target]
    if source.view.node == target.view.node:
        return
    labels = drawing.edges.setdefault((source.view.node, target.view.node), {})
    label = TIME if step.by == TIME else f"{names.get(step.by, step.by)}: {step.name}"
    passed = source.view.passed(source.now + step.seconds)
    if step.by == TIME:
        passed -= source.view.passed(source.now)
    passed = frozenset(name for name in passed if not name.startswith(SILENT_CLOCKS))
    labels[label] = labels.get(label, passed) & passed


def everywhere(drawing: Drawing) -> set[str]:
    """The acts that lead from every node that is no end to the one end, if there is one end only."""
    if len(drawing.ends) != 1:
        return set()
    [end] = drawing.ends
    labels = [set(drawing.edges.get((node, end), ())) for node in drawing.nodes if node not in drawing.ends]
    return {label for label in set.intersection(*labels) if not _is_time(label)}


def mermaid(drawing: Drawing) -> str:
    """The flowchart; thick arrows need no party: time leads there, or anybody who points out that it is over.
    A call so late that it ends several things at once is left out: earlier calls lead there too."""
    left_out = everywhere(drawing)
    ids = {node: f"s{number}" for number, node in enumerate(drawing.nodes)}
    lines = ["flowchart TD"]
    for node, name in ids.items():
        said = node.replace(", ", "<br/>").replace(" · ", "<br/>")
        lines.append(f'  {name}(["{said}"])' if node in drawing.ends else f'  {name}["{said}"]')
    for (source, target), labels in sorted(
        drawing.edges.items(), key=lambda edge: [drawing.nodes.index(node) for node in edge[0]]
    ):
        by_time = {
            f"{TIME}: {' and '.join(sorted({clock.removesuffix(' 0') for clock in clocks}))}"
            for label, clocks in labels.items()
            if _is_time(label) and (label == TIME or len(clocks) == 1)
        }
        by_party = [label for label in sorted(labels) if not _is_time(label) and label not in left_out]
        said = [*sorted(by_time), *_joined(by_party)]
        if said:
            arrow = "==>" if by_time else "-->"
            lines.append(f'  {ids[source]} {arrow}|"{"<br/>".join(said)}"| {ids[target]}')
    return "\n".join(lines)


def _is_time(label: str) -> bool:
    return label in (TIME, EXPIRE)


def _joined(labels: Sequence[str]) -> list[str]:
    """`payer: release` and `payer: cancel` become `payer: cancel, release`."""
    acts: dict[str, list[str]] = {}
    for label in labels:
        by, _, name = label.partition(": ")
        acts.setdefault(by, []).append(name)
    return [f"{by}: {', '.join(names)}" for by, names in acts.items()]


def figures(founds: Iterable[Found]) -> str:
    """A table: how much was searched, and how long a stranger's calls may have to wait at most."""
    lines = [
        "| searched | states | steps | acts tried | longest wait by time alone |",
        "|---|---|---|---|---|",
    ]
    total = [0, 0, 0]
    for found in founds:
        counts = (len(found.states), len(found.steps), found.tried)
        total = [before + count for before, count in zip(total, counts, strict=True)]
        wait_h = longest_wait(found, ANYBODY) / 3600
        lines.append(f"| {found.world.name} | {_counted(counts)} | {wait_h:g} h |")
    if len(lines) > 3:
        lines.append(f"| together | {_counted(total)} | |")
    return "\n".join(lines)


def _counted(counts: Iterable[int]) -> str:
    return " | ".join(f"{count:,}" for count in counts)
