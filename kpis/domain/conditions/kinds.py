"""Whether numbers and yes-or-nos fit each other, known before anything is calculated.

A condition is written down as a row of marks, N for a number, B for a yes or no, and the row is shortened as one
would with a pencil: innermost brackets first, then signs in the order in which they bind. What is left is the kind of
the whole.
"""

import re
from collections.abc import Sequence
from typing import Final

from kpis.domain.conditions.refusals import ConditionError, Refusal
from kpis.domain.conditions.words import Word, is_call

NUMBER: Final = "N"
BOOLEAN: Final = "B"
MIXED: Final = "X"
MINUS_SIGN: Final = "~"
FUNCTION_MARKS: Final = {"abs": "a", "max": "m", "min": "n"}
FUNCTION_NAMES: Final = {mark: name for name, mark in FUNCTION_MARKS.items()}
MARKS: Final = {
    "&&": "&",
    "||": "|",
    "-": "+",
    "/": "*",
    **dict.fromkeys(("==", "!="), "="),
    **dict.fromkeys(("<", "<=", ">", ">="), "<"),
    **dict.fromkeys(("true", "false"), BOOLEAN),
}
# In the order in which they bind. Comparisons are read from the left: 1 < 2 == true is (1 < 2) == true.
STEPS: Final = tuple(
    (re.compile(pattern), kind)
    for pattern, kind in [
        (r"~N", NUMBER),
        (r"!B", BOOLEAN),
        (r"N\*N", NUMBER),
        (r"N\+N", NUMBER),
        (r"(?<![=<])(?:N[<=]N|B=B)", BOOLEAN),
        (r"B&B", BOOLEAN),
        (r"B\|B", BOOLEAN),
        (r"B\?N:N(?!\?)", NUMBER),
        (r"B\?B:B(?!\?)", BOOLEAN),
    ]
)
BRACKETS: Final = re.compile(r"([amn]?)\(([^()]*)\)")


def check_kinds(words: Sequence[Word]) -> None:
    """Raises ConditionError unless the words, which CEL has read already, answer yes or no."""
    row = "".join(_mark(words, place) for place in range(len(words)))
    while brackets := BRACKETS.search(row):
        row = row[: brackets.start()] + _bracketed(*brackets.groups()) + row[brackets.end() :]
    kind = _shortened(row)
    if kind != BOOLEAN:
        found = "NUMBER" if kind == NUMBER else "MIXED"
        raise ConditionError(Refusal.NOT_A_CONDITION, found=found)


def _mark(words: Sequence[Word], place: int) -> str:
    word = words[place]
    if is_call(words, place):
        return FUNCTION_MARKS[word.text]
    if word.text == "-" and (not place or (words[place - 1].kind == "sign" and words[place - 1].text != ")")):
        return MINUS_SIGN
    return MARKS.get(word.text, word.text if word.kind == "sign" else NUMBER)


def _bracketed(function: str, inside: str) -> str:
    kinds = [_shortened(part) for part in inside.split(",")] if inside else []
    if not function:
        return kinds[0] if len(kinds) == 1 else MIXED
    wanted = 1 if FUNCTION_NAMES[function] == "abs" else 2
    if len(kinds) < wanted or (wanted == 1 and len(kinds) > 1):
        raise ConditionError(
            Refusal.WRONG_ARGUMENTS, name=FUNCTION_NAMES[function], wanted=wanted, found=len(kinds)
        )
    return NUMBER if set(kinds) == {NUMBER} else MIXED


def _shortened(row: str) -> str:
    for pattern, kind in STEPS:
        found = 1
        while found:
            row, found = pattern.subn(kind, row, count=1)
    return row
