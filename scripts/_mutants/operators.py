"""The faults: small changes of a source by its tokens, which Vyper shares with Python.

comparison     `<` `<=`, `>` `>=`, `==` `!=` for each other
arithmetic     `+` `-`, `*` `//`, `%` `//`, `&` `|`, `<<` `>>`, `min` `max`, unsafe ones, for each other
logic          `and` `or` for each other, `not` left out, `True` `False` for each other
condition      the condition of an `if` negated
constant       a number one higher, and one lower; an allowance of gas doubled, and halved
statement      a statement left out
arguments      two neighbouring arguments of a call for each other, where their order is of effect

Guards (`refusal._refuse`) are not left out here: `scripts._guards` does that for every one of them.
"""

from __future__ import annotations

import io
import tokenize
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

SWAPS: dict[str, tuple[str, str]] = {
    "<": ("comparison", "<="),
    "<=": ("comparison", "<"),
    ">": ("comparison", ">="),
    ">=": ("comparison", ">"),
    "==": ("comparison", "!="),
    "!=": ("comparison", "=="),
    "+": ("arithmetic", "-"),
    "-": ("arithmetic", "+"),
    "*": ("arithmetic", "//"),
    "//": ("arithmetic", "*"),
    "%": ("arithmetic", "//"),
    "&": ("arithmetic", "|"),
    "|": ("arithmetic", "&"),
    "^": ("arithmetic", "&"),
    "<<": ("arithmetic", ">>"),
    ">>": ("arithmetic", "<<"),
    "+=": ("arithmetic", "-="),
    "-=": ("arithmetic", "+="),
    "|=": ("arithmetic", "&="),
    "&=": ("arithmetic", "|="),
    "min": ("arithmetic", "max"),
    "max": ("arithmetic", "min"),
    "unsafe_add": ("arithmetic", "unsafe_sub"),
    "unsafe_sub": ("arithmetic", "unsafe_add"),
    "unsafe_mul": ("arithmetic", "unsafe_div"),
    "unsafe_div": ("arithmetic", "unsafe_mul"),
    "and": ("logic", "or"),
    "or": ("logic", "and"),
    "True": ("logic", "False"),
    "False": ("logic", "True"),
}
# where the order of arguments is of no effect
COMMUTATIVE = frozenset({"unsafe_add", "unsafe_mul", "min", "max"})
OPENING, CLOSING = "([{", ")]}"
# lines that begin with these are no statements that could be left out
NO_STATEMENTS = frozenset({"if", "elif", "else", "for", "return", "pass", "def", "break", "continue"})
IGNORED = frozenset({tokenize.COMMENT, tokenize.NL, tokenize.INDENT, tokenize.DEDENT, tokenize.ENCODING})


# source, function, statement, old, new, which of several
Key = tuple[str, str, str, str, str, int]


@dataclass(frozen=True, slots=True)
class Mutant:
    """One fault: the text of a source from `begin` to `end` (offsets of characters) is `new` instead.

    `first_line` and `last_line` count from 1; `function` is empty for a constant of the module.
    """

    path: Path  # below contracts/
    function: str
    first_line: int
    last_line: int
    operator: str
    begin: int
    end: int
    old: str
    new: str
    statement: str  # the whole statement, on one line
    nth: int = 0  # of those with the same words in the same statement, from 0

    def __str__(self) -> str:
        change = f"{' '.join(self.old.split())} -> {' '.join(self.new.split()) or 'nothing'}"
        return f"{self.path}:{self.first_line} {self.function or 'constant'}, {self.operator}: {change}"

    @property
    def key(self) -> Key:
        """What stays the same while other lines of the file change."""
        old, new = (" ".join(text.split()) for text in (self.old, self.new))
        return str(self.path), self.function, self.statement, old, new, self.nth

    def applied(self, text: str) -> str:
        """The source with the fault in it."""
        return text[: self.begin] + self.new + text[self.end :]


def mutants_of(path: Path, contracts: Path) -> list[Mutant]:
    """Every fault of one source, in the order of its text."""
    text = (contracts / path).read_text()
    starts = [0]
    for line in text.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    found: dict[tuple[int, int, str], Mutant] = {}
    for function, statement in _statements(text):
        # of a constant its name as well
        first = statement[0].start if function else (statement[0].start[0], 0)
        whole = " ".join(text[_at(starts, first) : _at(starts, statement[-1].end)].split())
        lines = (statement[0].start[0], statement[-1].end[0])
        for operator, first, last, new in _changes(function, statement, text, starts):
            begin, end = _at(starts, first), _at(starts, last)
            mutant = Mutant(path, function, *lines, operator, begin, end, text[begin:end], new, whole)
            found.setdefault((begin, end, new), mutant)
    many: Counter[Key] = Counter()
    numbered = []
    for mutant in sorted(found.values(), key=lambda mutant: (mutant.begin, mutant.end, mutant.new)):
        numbered.append(replace(mutant, nth=many[mutant.key]))
        many[mutant.key] += 1
    return numbered


Token = tokenize.TokenInfo
Place = tuple[int, int]
Change = tuple[str, Place, Place, str]


def _at(starts: list[int], place: Place) -> int:
    return starts[place[0] - 1] + place[1]


def _statements(text: str) -> Iterator[tuple[str, list[Token]]]:
    """The logical lines that are code: those in functions, and constants of the module behind their `=`."""
    function, line = "", list[Token]()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type in IGNORED:
            continue
        if token.type != tokenize.NEWLINE:
            line.append(token)
            continue
        words = [part.string for part in line]
        if words and line[0].start[1] == 0:
            function = words[1] if words[0] == "def" else ""
            if "constant" in words[:8] and "=" in words:
                yield "", line[words.index("=") + 1 :]
        elif function and words and line[0].type != tokenize.STRING:
            yield function, line
        line = []


def _code(line: list[Token]) -> list[Token]:
    """A statement without the type of what it declares or counts through."""
    words = [part.string for part in line]
    if words[0] == "for" and "in" in words:
        return line[words.index("in") + 1 :]
    if len(words) > 1 and words[1] == ":" and "=" in words:
        return line[words.index("=") + 1 :]
    return line


def _changes(function: str, line: list[Token], text: str, starts: list[int]) -> Iterator[Change]:
    words = [part.string for part in line]
    refuses = words[:3] == ["refusal", ".", "_refuse"]
    if refuses:
        return
    if function and words[0] not in NO_STATEMENTS:
        yield "statement", line[0].start, line[-1].end, "pass"
    code = _code(line) if function else line
    for position, token in enumerate(code):
        before = code[position - 1].string if position else ""
        if token.string in SWAPS and token.type in (tokenize.OP, tokenize.NAME) and before != ".":
            operator, new = SWAPS[token.string]
            unary = token.string == "-" and (before in ("", ",", "=") or before in OPENING)
            if not unary:
                yield operator, token.start, token.end, new
        elif token.string == "not":
            yield "logic", token.start, token.end, ""
        elif token.type == tokenize.NUMBER and token.string.isdecimal() | ("_" in token.string):
            value = int(token.string.replace("_", ""))
            of_gas = "GAS" in text[_at(starts, (line[0].start[0], 0)) : _at(starts, line[0].start)]
            more, less = (2 * value, value // 2) if of_gas else (value + 1, value - 1)
            yield "constant", token.start, token.end, str(more)
            if less >= 0:
                yield "constant", token.start, token.end, str(less)
    yield from _negations(code, text, starts)
    yield from _swapped_arguments(code, text, starts)


def _negations(code: list[Token], text: str, starts: list[int]) -> Iterator[Change]:
    words = [part.string for part in code]
    if words[0] in ("if", "elif") and words[-1] == ":":
        first, last = code[1].start, code[-2].end
        inside = text[_at(starts, first) : _at(starts, last)]
        # where this would be the same as `==` for `!=`, it is not made twice
        if words.count("==") + words.count("!=") != 1 or {"and", "or", "not"} & set(words):
            yield "condition", first, last, f"not ({inside})"
    for position, word in enumerate(words):
        if word == "if" and position:
            depth, end = 0, position + 1
            while end < len(words) and not (depth == 0 and words[end] == "else"):
                depth += (words[end] in OPENING) - (words[end] in CLOSING)
                end += 1
            first, last = code[position + 1].start, code[end - 1].end
            inside = text[_at(starts, first) : _at(starts, last)]
            yield "condition", first, last, f"not ({inside})"


def _swapped_arguments(code: list[Token], text: str, starts: list[int]) -> Iterator[Change]:
    """Neighbouring arguments of every call; those by name too, which then stand under the other's name."""
    for position, token in enumerate(code):
        is_call = token.string == "(" and position and code[position - 1].type == tokenize.NAME
        if not is_call or code[position - 1].string in ("and", "or", "not", "in", "return", "if", "else"):
            continue
        if code[position - 1].string in COMMUTATIVE:
            continue
        spans, depth, first = list[tuple[int, int]](), 0, position + 1
        for index in range(position + 1, len(code)):
            word = code[index].string
            if depth == 0 and (word == "," or word == ")"):
                if index > first:
                    spans.append((first, index - 1))
                first = index + 1
                if word == ")":
                    break
            depth += (word in OPENING) - (word in CLOSING)
        values = []
        for begin, end in spans:
            named = end - begin > 1 and code[begin + 1].string == "="
            values.append((code[begin + 2 if named else begin].start, code[end].end))
        for one, two in pairwise(values):
            left, right = (text[_at(starts, begin) : _at(starts, end)] for begin, end in (one, two))
            if left != right:
                between = text[_at(starts, one[1]) : _at(starts, two[0])]
                yield "arguments", one[0], two[1], f"{right}{between}{left}"
