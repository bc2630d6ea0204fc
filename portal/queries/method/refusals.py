"""Why a text is no condition, in words, with the place where it stops making sense."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from kpis.domain.conditions import ConditionError, Refusal


def refusal_in_words(error: ConditionError) -> str:
    """What is wrong with a condition, precisely enough to mend it."""
    given: dict[str, Any] = dict(error.params)
    said = {
        Refusal.EMPTY: lambda: _("Write a condition, such as “volume > 1200”."),
        Refusal.TOO_LONG: lambda: _("At most %(limit)d characters; this has %(length)d.") % given,
        Refusal.SYNTAX: lambda: _syntax(given),
        Refusal.TEXT: lambda: (
            _("Character %(position)d: only numbers are compared, no texts in quotes.") % given
        ),
        Refusal.UNKNOWN_VARIABLE: lambda: _unknown(given),
        Refusal.FUNCTION_NOT_ALLOWED: lambda: (
            _("Character %(position)d: “%(name)s” cannot be used here; there are %(allowed)s.")
            % {**given, "allowed": _row(given["allowed"])}
        ),
        Refusal.WRONG_ARGUMENTS: lambda: _arguments(given),
        Refusal.TOO_COSTLY: lambda: _too_costly(given),
        Refusal.NOT_A_CONDITION: lambda: _no_condition(str(given.get("found"))),
    }
    return said[error.code]()


def _syntax(given: dict[str, Any]) -> str:
    if given.get("instead"):
        return _("Character %(position)d: write %(instead)s instead of “%(found)s”.") % given
    if given.get("found"):
        return _("Character %(position)d: “%(found)s” cannot stand here.") % given
    return _("Something is missing at the end (character %(position)d).") % given


def _unknown(given: dict[str, Any]) -> str:
    known = _row(given["known"]) or _("none")
    if given.get("closest"):
        said = _(
            "Character %(position)d: there is no “%(name)s”. Did you mean “%(closest)s”? Known: %(known)s."
        )
        return said % {**given, "known": known}
    return _("Character %(position)d: there is no “%(name)s”. Known: %(known)s.") % {**given, "known": known}


def _arguments(given: dict[str, Any]) -> str:
    if given.get("wanted") == 1:
        return _("“%(name)s” takes one number in its brackets; it has %(found)d.") % given
    return _("“%(name)s” takes two numbers or more in its brackets; it has %(found)d.") % given


def _too_costly(given: dict[str, Any]) -> str:
    match given.get("reason"):
        case "LOOP":
            return (
                _("Character %(position)d: “%(name)s” goes through a list; a condition has no loops.") % given
            )
        case "NUMBER":
            return _("Character %(position)d: this number is too large.") % given
        case "DEPTH":
            return _("Brackets lie in one another at most %(limit)d deep.") % given
    return _("At most %(limit)d multiplications and divisions in one condition.") % given


def _no_condition(found: str) -> str:
    if found == "NUMBER":
        return _("This gives a number. A condition answers yes or no: compare it with something.")
    if found == "CONSTANT":
        return _("This speaks of no variable, so that it could never change.")
    return _("Numbers and yes-or-no are mixed up here: compare numbers first, then join with && or ||.")


def _row(names: Iterable[str]) -> str:
    return ", ".join(names)
