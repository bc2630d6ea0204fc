"""Conditions of automatic spells as people write them: checked against the drivers there are, refused in words."""

from collections.abc import Callable, Collection, Mapping
from typing import Any, Final

from django.utils.translation import gettext as _

from kpis.actions.errors import ConditionRefused
from kpis.domain.conditions import Condition, ConditionError, Refusal, compile_condition


def check_condition(text: str, variables: Collection[str]) -> Condition:
    """The condition that a text says. Raises ConditionRefused with what is wrong and where, fit to be shown."""
    try:
        return compile_condition(text, variables)
    except ConditionError as error:
        raise ConditionRefused(refusal_in_words(error)) from error


def refusal_in_words(error: ConditionError) -> str:
    """Why a text is no condition, as a sentence that says what to do."""
    found = dict(error.params)
    return WORDS[error.code](found)


def _syntax(found: Mapping[str, Any]) -> str:
    if not found["found"]:
        return _("Something is missing at the end of the condition.")
    if found["instead"]:
        return _("Character %(position)d: write “%(instead)s” instead of “%(found)s”.") % found
    return _("Character %(position)d: “%(found)s” cannot stand here.") % found


def _unknown(found: Mapping[str, Any]) -> str:
    if found["closest"]:
        return _("Character %(position)d: no driver is called “%(name)s”. Is “%(closest)s” meant?") % found
    if not found["known"]:
        return _("Character %(position)d: no driver is called “%(name)s”; there is no driver yet.") % found
    known = ", ".join(found["known"][:12])
    said = _("Character %(position)d: no driver is called “%(name)s”. There are: %(known)s.")
    return said % {**found, "known": known}


def _function(found: Mapping[str, Any]) -> str:
    said = _(
        "Character %(position)d: “%(name)s” is not part of this language. Its functions are %(allowed)s."
    )
    return said % {**found, "allowed": ", ".join(found["allowed"])}


def _arguments(found: Mapping[str, Any]) -> str:
    if found["name"] == "abs":
        return _("“abs” takes one number; it was given %(found)d.") % found
    return _("“%(name)s” takes at least %(wanted)d numbers; it was given %(found)d.") % found


def _costly(found: Mapping[str, Any]) -> str:
    match found["reason"]:
        case "LOOP":
            return (
                _("Character %(position)d: “%(name)s” goes through lists, which conditions do not.") % found
            )
        case "NUMBER":
            return _("Character %(position)d: a number here is at most %(limit)d.") % found
        case "PRODUCTS":
            return _("A condition multiplies and divides at most %(limit)d times.") % found
        case _:
            return _("Brackets and choices go at most %(limit)d deep. Write it flatter.") % found


def _kind(found: Mapping[str, Any]) -> str:
    match found["found"]:
        case "NUMBER":
            return _("This gives a number. A condition answers yes or no: compare the number with something.")
        case "CONSTANT":
            return _("This names no driver, so it could never change. Compare a driver with something.")
        case _:
            return _(
                "Here numbers and yes-or-no answers are mixed. Compare numbers, join answers with && or ||."
            )


WORDS: Final[Mapping[Refusal, Callable[[Mapping[str, Any]], str]]] = {
    Refusal.EMPTY: lambda _found: _("Write the condition, or let people declare spells."),
    Refusal.TOO_LONG: lambda found: (
        _("A condition has at most %(limit)d characters; this one has %(length)d.") % found
    ),
    Refusal.SYNTAX: _syntax,
    Refusal.TEXT: lambda found: (
        _("Character %(position)d: only numbers are compared, no words in quotes.") % found
    ),
    Refusal.UNKNOWN_VARIABLE: _unknown,
    Refusal.FUNCTION_NOT_ALLOWED: _function,
    Refusal.WRONG_ARGUMENTS: _arguments,
    Refusal.TOO_COSTLY: _costly,
    Refusal.NOT_A_CONDITION: _kind,
}
