"""The words of a condition, looked at one by one before anything else sees the text."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from kpis.domain.conditions.refusals import ConditionError, Refusal

LONGEST: Final = 500
DEEPEST: Final = 12
MOST_PRODUCTS: Final = 16
"""So often may * and / stand in one condition. With values up to LARGEST, divisors from SMALLEST_DIVISOR up and at most
250 numbers in 500 characters no step can exceed (250 × 10¹⁵)¹⁷ < 10²⁹⁶: nothing overflows, nothing is "not a number"."""
LARGEST: Final = 10**15
SMALLEST_DIVISOR: Final = 1e-9

FUNCTIONS: Final = ("abs", "max", "min")
LOOPS: Final = frozenset({"all", "exists", "exists_one", "existsOne", "filter", "map", "matches"})
SIGNS: Final = frozenset(
    {"&&", "||", "==", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/", "(", ")", "?", ":", ",", "!"}
)
OTHER_CEL: Final = frozenset({"[", "]", "{", "}", "%", "in", "null"})
INSTEAD: Final = {
    "and": "&&",
    "or": "||",
    "not": "!",
    "&": "&&",
    "|": "||",
    "=": "==",
    "=>": ">=",
    "=<": "<=",
    "<>": "!=",
    "≥": ">=",
    "≤": "<=",
    "≠": "!=",
    "−": "-",
    "–": "-",
    "×": "*",
    "·": "*",
    "÷": "/",
}
"""What people write, and what the language calls it."""
BLANK: Final = re.compile("[ \t\r\n\u00a0\u202f]*")
WORD: Final = re.compile(
    r"(?P<number>(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?)(?![\w.])"
    r"|(?P<text>[rRbB]{0,2}[\"'])"
    r"|(?P<name>[A-Za-z_]\w*)"
    r"|(?P<member>\.[ \t\r\n]*[A-Za-z_]\w*)"
    r"|(?P<odd>\.?\d[\w.]*)"
    r"|(?P<sign>&&|\|\||==|!=|<=|>=|<>|=>|=<|//|.)",
    re.ASCII | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Word:
    """A number, a name or a sign, and where it stands in the text, counted from 1."""

    kind: str
    text: str
    position: int


def read_words(text: str) -> list[Word]:
    """The words of a text, each of them allowed. Raises ConditionError for the first that is not."""
    if len(text) > LONGEST:
        raise ConditionError(Refusal.TOO_LONG, limit=LONGEST, length=len(text))
    words = list(_words(text))
    if not words:
        raise ConditionError(Refusal.EMPTY)
    for word in words:
        _check(word)
    _check_size(words)
    return words


def is_call(words: Sequence[Word], place: int) -> bool:
    """Whether the word there is the name of a function: a bracket opens after it."""
    return words[place].kind == "name" and [word.text for word in words[place + 1 : place + 2]] == ["("]


def _words(text: str) -> Iterator[Word]:
    place = 0
    while True:
        blank = BLANK.match(text, place)
        place = blank.end() if blank else place
        word = WORD.match(text, place)
        if word is None:
            return
        yield Word(word.lastgroup or "", word.group(), place + 1)
        place = word.end()


def _check(word: Word) -> None:
    match word.kind:
        case "text":
            raise ConditionError(Refusal.TEXT, position=word.position)
        case "member":
            _refuse_member(word)
        case "number" if float(word.text) > LARGEST:
            raise ConditionError(Refusal.TOO_COSTLY, reason="NUMBER", position=word.position, limit=LARGEST)
    if word.text in OTHER_CEL:
        raise ConditionError(
            Refusal.FUNCTION_NOT_ALLOWED, position=word.position, name=word.text, allowed=FUNCTIONS
        )
    is_odd = word.kind == "odd" or (word.kind == "sign" and word.text not in SIGNS)
    if is_odd or word.text.lower() in INSTEAD:
        instead = INSTEAD.get(word.text.lower(), "")
        raise ConditionError(Refusal.SYNTAX, position=word.position, found=word.text, instead=instead)


def _refuse_member(word: Word) -> None:
    name = word.text.lstrip(". \t\r\n")
    if name in LOOPS:
        raise ConditionError(Refusal.TOO_COSTLY, reason="LOOP", position=word.position, name=name)
    raise ConditionError(
        Refusal.FUNCTION_NOT_ALLOWED, position=word.position, name=f".{name}", allowed=FUNCTIONS
    )


def _check_size(words: Sequence[Word]) -> None:
    signs = [word.text for word in words]
    if signs.count("*") + signs.count("/") > MOST_PRODUCTS:
        raise ConditionError(Refusal.TOO_COSTLY, reason="PRODUCTS", limit=MOST_PRODUCTS)
    depth = deepest = 0
    for sign in signs:
        depth += (sign == "(") - (sign == ")")
        deepest = max(deepest, depth)
    if max(deepest, signs.count("?")) > DEEPEST:
        raise ConditionError(Refusal.TOO_COSTLY, reason="DEPTH", limit=DEEPEST)
