"""How deeply a JSON text is nested, without parsing it: a parser that recurses must not be asked first."""

import re

# a whole string (brackets inside do not count), or one bracket
_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*+"|[\[{]|[\]}]', re.DOTALL)


def is_deeper(text: bytes, depth: int) -> bool:
    """Whether more than `depth` arrays and objects are open at once. The text need not be valid JSON."""
    if text.count(b"[") + text.count(b"{") <= depth:
        return False
    level = 0
    for token in _TOKEN.finditer(text):
        match token.group()[0]:
            case 0x5B | 0x7B:  # [ {
                level += 1
                if level > depth:
                    return True
            case 0x5D | 0x7D:  # ] }
                level -= 1
    return False
