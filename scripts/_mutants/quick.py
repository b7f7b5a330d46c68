"""The Vyper compiler without the work that it does twice: the same bytes in a quarter of the time.

A fault costs one compilation, and that was most of what it cost. Left out are: optimising what has been found
to be as good as it gets, looking again for the numbers of a table of selectors, and making the runtime code a
second time beside that within the code that deploys it. `tests/scripts/test_mutants_kept.py` compares the
bytes of every contract with those of the compiler as it is.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

SETTLED = "_settled_below"


def quicken() -> None:
    """Let this process, and those forked from it, compile that way."""
    import vyper.compiler
    from vyper.codegen import jumptable_utils
    from vyper.compiler import phases
    from vyper.ir import optimizer

    if getattr(phases.CompilerData, "quick", False):
        return
    optimizer._optimize = _optimizing_once(optimizer._optimize)
    jumptable_utils.find_magic_for = _searching_once(jumptable_utils.find_magic_for)
    quick = _quick(phases.CompilerData)
    for place in (phases, vyper.compiler):
        setattr(place, "CompilerData", quick)  # noqa: B010


def _optimizing_once(optimize: Any) -> Any:
    def once(node: Any, parent: Any) -> tuple[bool, Any]:
        # what becomes of a node depends on what is in it and on the operation above it
        above = parent.value if parent is not None else None
        settled = node.__dict__.get(SETTLED)
        if settled is not None and above in settled:
            return False, node
        changed, found = optimize(node, parent)
        if not changed:
            node.__dict__[SETTLED] = {above} if settled is None else settled | {above}
        return changed, found

    return once


def _searching_once(search: Any) -> Any:
    known: dict[tuple[int, ...], Any] = {}

    def once(method_ids: list[int]) -> int:
        key = tuple(method_ids)
        if key not in known:
            try:
                known[key] = search(method_ids)
            except Exception as failure:
                known[key] = failure
        found = known[key]
        if isinstance(found, Exception):
            raise found
        return int(found)

    return once


def _quick(original: Any) -> Any:
    from vyper.codegen import core, module
    from vyper.compiler.settings import anchor_settings, should_run_legacy_optimizer
    from vyper.ir import compile_ir, optimizer

    reset_names: Any = core.reset_names
    reset_symbols: Any = compile_ir.reset_symbols

    class Quick(original):  # type: ignore[misc]
        """One contract on its way through the compiler."""

        quick = True

        @cached_property
        def _ir_output(self) -> tuple[Any, Any]:
            reset_names()
            reset_symbols()
            with anchor_settings(self.settings):
                deploying, runtime = module.generate_ir_for_module(self.global_ctx)
            if should_run_legacy_optimizer(self.settings):
                deploying = optimizer.optimize(deploying)
            return deploying, runtime

        @cached_property
        def assembly_runtime(self) -> list[Any]:
            """The runtime code within the code that deploys it."""
            [found] = [
                part
                for part in self.assembly
                if isinstance(part, list) and isinstance(part[0], compile_ir.RuntimeHeader)
            ]
            return list(found[1:])

    return Quick
