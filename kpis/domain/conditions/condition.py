"""A text becomes a condition, and a condition is asked whether it holds."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from difflib import get_close_matches
from typing import Any, Final

import cel

from kpis.domain.conditions.kinds import check_kinds
from kpis.domain.conditions.refusals import ConditionError, Refusal
from kpis.domain.conditions.words import (
    FUNCTIONS,
    LARGEST,
    SMALLEST_DIVISOR,
    Word,
    is_call,
    read_words,
)

DIVISOR: Final = "divisor"
# CEL starts with what an error leaves incomplete, and only then says where it is.
WHERE: Final = re.compile(r"<input>:\d+:(\d+): (?!Incomplete)")
# As CEL itself calls them; what it says that an expression uses has to be among these.
ALLOWED: Final = frozenset(
    {
        "_+_",
        "_-_",
        "_*_",
        "_/_",
        "-_",
        "!_",
        "_<_",
        "_<=_",
        "_>_",
        "_>=_",
        "_==_",
        "_!=_",
        "_&&_",
        "_||_",
        "_?_:_",
    }
).union(FUNCTIONS)


def divisor(number: float) -> float | None:
    """What a number is divided by. Nothing, which nothing is divided by, where it is as good as 0."""
    return number if abs(number) >= SMALLEST_DIVISOR else None


OPERATIONS: Final[dict[str, Callable[..., Any]]] = {"abs": abs, "max": max, "min": min, DIVISOR: divisor}


@dataclass(frozen=True)
class Condition:
    """A condition as people typed it, with the variables it speaks of, in alphabetical order."""

    text: str
    variables: tuple[str, ...]
    _program: cel.Program = field(repr=False, compare=False)

    def holds(self, values: Mapping[str, float | Decimal | None]) -> bool | None:
        """Whether it holds; None where that is not known, and then there is no spell.

        It is not known while one of its variables has no value, or one that is no number up to 10¹⁵, and when it comes
        down to dividing by zero. As CEL has it, `days == 0 || volume / days > 3` does not come down to that. It is
        calculated in double precision: 110 is a hair below `1.1 * 100`.
        """
        numbers = {name: _number(values.get(name)) for name in self.variables}
        if None in numbers.values():
            return None
        try:
            outcome = self._program.execute(cel.Context(variables=numbers, functions=OPERATIONS))
        except BaseException as problem:  # noqa: BLE001  panics are no Exception
            _pass_on_what_is_not_from_cel(problem)
            return None
        return outcome if isinstance(outcome, bool) else None


def compile_condition(text: str, variables: Collection[str]) -> Condition:
    """A condition that speaks of some of these variables. Raises ConditionError for anything else."""
    words = read_words(text)
    _check_functions(words)
    # The text itself goes to CEL first, so that what it complains of is found where people typed it.
    references = _compiled(re.sub(r"\s", " ", text), words).references()
    _check_functions(words, references["functions"])
    _check_variables(references["variables"], variables, words)
    check_kinds(words)
    if not references["variables"]:
        raise ConditionError(Refusal.NOT_A_CONDITION, found="CONSTANT")
    program = _compiled(_for_cel(words), words)
    return Condition(text.strip(), tuple(sorted(references["variables"])), program)


def _compiled(text: str, words: Sequence[Word]) -> cel.Program:
    try:
        return cel.compile(text)
    except BaseException as problem:
        _pass_on_what_is_not_from_cel(problem)
        where = WHERE.search(str(problem))
        position = max(1, int(where.group(1))) if where else 1
        found = next((word.text for word in words if word.position == position), "")
        raise ConditionError(Refusal.SYNTAX, position=position, found=found, instead="") from problem


def _pass_on_what_is_not_from_cel(problem: BaseException) -> None:
    """CEL is written in Rust, whose panics are no Exception; interrupts and exits are nobody's error."""
    if not isinstance(problem, Exception) and type(problem).__name__ != "PanicException":
        raise problem


def _check_functions(words: Sequence[Word], used: Collection[str] = ()) -> None:
    """Looks at what is called, and at what CEL says that it will use for it."""
    calls = {
        word.text: word.position for place, word in reversed([*enumerate(words)]) if is_call(words, place)
    }
    for name in sorted({*calls, *used} - ALLOWED, key=lambda one: calls.get(one, 1)):
        position = calls.get(name, 1)
        raise ConditionError(Refusal.FUNCTION_NOT_ALLOWED, position=position, name=name, allowed=FUNCTIONS)


def _check_variables(used: Collection[str], known: Collection[str], words: Sequence[Word]) -> None:
    positions = {word.text: word.position for word in reversed(words)}
    for name in sorted(set(used).difference(known), key=positions.__getitem__):
        raise ConditionError(
            Refusal.UNKNOWN_VARIABLE,
            position=positions[name],
            name=name,
            closest="".join(get_close_matches(name, known, n=1)),
            known=tuple(sorted(known)),
        )


def _for_cel(words: Sequence[Word]) -> str:
    """Numbers as decimals, and each divisor looked at before it divides."""
    parts = [repr(float(word.text)) if word.kind == "number" else word.text for word in words]
    for place, word in enumerate(words):
        if word.text == "/":
            last = _end_of_factor(words, place + 1)
            parts[place + 1] = f"{DIVISOR}({parts[place + 1]}"
            parts[last] += ")"
    return " ".join(parts)


def _end_of_factor(words: Sequence[Word], place: int) -> int:
    """Where the factor ends that starts there: signs before it, then a number, a name, a call or brackets."""
    while words[place].text in ("-", "!") or is_call(words, place):
        place += 1
    depth = 0
    while True:
        depth += (words[place].text == "(") - (words[place].text == ")")
        if not depth:
            return place
        place += 1


def _number(value: float | Decimal | None) -> float | None:
    if value is None:
        return None
    exact = Decimal(value)
    return float(exact) if exact.is_finite() and exact.copy_abs() <= LARGEST else None
