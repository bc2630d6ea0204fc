"""Names of drivers as a condition can write them: "Calls received" is calls_received."""

import re
from collections.abc import Iterable
from itertools import count
from typing import Final
from unicodedata import normalize

from kpis.domain.conditions.words import FUNCTIONS

LONGEST: Final = 40
# What CEL keeps for itself, the names of its types, and words that people write for && || and !.
RESERVED: Final = frozenset(
    re.findall(
        r"\w+",
        """as break const continue else false for function if import in let loop namespace null package return true var void
    while bool bytes double duration dyn int list map string timestamp type uint and or not""",
    )
).union(FUNCTIONS)


def variable_names(names: Iterable[str]) -> dict[str, str]:
    """A variable for each name, no two alike. Names added at the end leave the variables of all others as they are.

    A name that cannot be a variable (no Latin letters, a digit first, a reserved word) becomes driver_…: with its
    number in the row where nothing is left of it. The second of two that would be alike gets _2.
    """
    found: dict[str, str] = {}
    for number, name in enumerate(dict.fromkeys(names), start=1):
        found[name] = _free(_variable(name, number), set(found.values()))
    return found


def _variable(name: str, number: int) -> str:
    letters = normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()
    variable = re.sub(r"[^a-z0-9]+", "_", letters)[:LONGEST].strip("_")
    if not variable:
        return f"driver_{number}"
    is_free = variable[0].isalpha() and variable not in RESERVED
    return variable if is_free else f"driver_{variable}"


def _free(variable: str, taken: set[str]) -> str:
    if variable not in taken:
        return variable
    return next(other for number in count(2) if (other := f"{variable}_{number}") not in taken)
