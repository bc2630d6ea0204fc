"""Why a text is no condition: a code and its particulars, so that a form can say it in anybody's language."""

from enum import StrEnum


class Refusal(StrEnum):
    """What is wrong, with the particulars that come along. `position` counts characters of the text from 1.

    EMPTY; TOO_LONG: limit, length; SYNTAX: position, found ("" at the end), instead (what to write, or "");
    TEXT: position (words in quotes: only numbers are compared); UNKNOWN_VARIABLE: position, name, closest (or ""),
    known; FUNCTION_NOT_ALLOWED: position, name, allowed; WRONG_ARGUMENTS: name, wanted, found;
    TOO_COSTLY: reason (LOOP: position, name; DEPTH and PRODUCTS: limit; NUMBER: position, limit);
    NOT_A_CONDITION: found (NUMBER where yes or no is wanted, MIXED where the two are mixed, CONSTANT where no variable
    is spoken of, so that nothing could ever change).
    """

    EMPTY = "EMPTY"
    TOO_LONG = "TOO_LONG"
    SYNTAX = "SYNTAX"
    TEXT = "TEXT"
    UNKNOWN_VARIABLE = "UNKNOWN_VARIABLE"
    FUNCTION_NOT_ALLOWED = "FUNCTION_NOT_ALLOWED"
    WRONG_ARGUMENTS = "WRONG_ARGUMENTS"
    TOO_COSTLY = "TOO_COSTLY"
    NOT_A_CONDITION = "NOT_A_CONDITION"


class ConditionError(ValueError):
    """The text is no condition; `code` is a Refusal and `params` are its particulars."""

    def __init__(self, code: Refusal, **params: object) -> None:
        super().__init__(f"{code}: {params}" if params else str(code))
        self.code = code
        self.params = params
