"""A band as a contract prints it, read from plain lines such as "Approaching target: 90 to 95"; and its flaws in words."""

import re
from decimal import Decimal
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kpis.domain.bands import Verdict
from kpis.domain.printed import Finding, Flaw, Printed, Trouble, UnreadableBands

NUMBER: Final = r"([-\u2212]?\d[\d,]*(?:\.\d+)?)\s*%?"
VERDICTS: Final = {
    "good": Verdict.GOOD,
    "approaching": Verdict.APPROACHING,
    "requires": Verdict.REQUIRES_IMPROVEMENT,
    "inadequate": Verdict.INADEQUATE,
}
BETWEEN: Final = re.compile(rf"(?:between |from )?{NUMBER}\s*(?:to|and|-|\u2013|\u2014)\s*{NUMBER}$")
# Which end a phrase names, and whether the number itself belongs to the row.
PHRASES: Final = (
    (re.compile(rf"(?:>=|\u2265|at least|minimum)\s*{NUMBER}$"), "low", True),
    (re.compile(rf"{NUMBER}\s*(?:or|and) (?:more|above|over|higher|better)$"), "low", True),
    (re.compile(rf"(?:>|above|over|more than|greater than|higher than)\s*{NUMBER}$"), "low", False),
    (re.compile(rf"(?:<=|\u2264|at most|maximum|up to)\s*{NUMBER}$"), "high", True),
    (re.compile(rf"{NUMBER}\s*(?:or|and) (?:less|below|under|fewer|lower)$"), "high", True),
    (re.compile(rf"(?:<|below|under|less than|fewer than|lower than)\s*{NUMBER}$"), "high", False),
    (re.compile(rf"{NUMBER}\s*\+$"), "low", True),
)
EXAMPLE: Final = "Good: 96 or more"
# As contracts write them; on the portal's own pages the second is "Approaching".
WORDS: Final[dict[Verdict, Promise]] = {
    Verdict.GOOD: gettext_lazy("Good"),
    Verdict.APPROACHING: gettext_lazy("Approaching target"),
    Verdict.REQUIRES_IMPROVEMENT: gettext_lazy("Requires improvement"),
    Verdict.INADEQUATE: gettext_lazy("Inadequate"),
}
TROUBLES: Final[dict[Trouble, Promise]] = {
    Trouble.TWO_HALVES: gettext_lazy("A range has two halves; read them one by one."),
    Trouble.NOT_EACH_ONCE: gettext_lazy("Each of the four verdicts has to be there once."),
    Trouble.OUT_OF_ORDER: gettext_lazy("The rows have to run from bad to good."),
    Trouble.UPSIDE_DOWN: gettext_lazy("The row “%(verdict)s” begins above its end."),
    Trouble.NO_WORSE_END: gettext_lazy("The row “%(verdict)s” does not say where its worse end is."),
    Trouble.NO_BETTER_END: gettext_lazy("The row “%(verdict)s” does not say where its better end is."),
}


class UnreadableLine(ValueError):
    """A line that does not say which verdict it is about, or from where to where it goes."""


def explain(finding: Finding) -> str:
    """A gap or an overlap in a sentence, with a value that is concerned."""
    facts = {
        "value": f"{finding.example.normalize():f}",
        "worse": WORDS[finding.worse],
        "better": WORDS[finding.better],
    }
    if finding.flaw is Flaw.OVERLAP:
        said = _("%(value)s is claimed by both “%(worse)s” and “%(better)s”: it would have two verdicts.")
    else:
        said = _("%(value)s falls between “%(worse)s” and “%(better)s”: it would have no verdict.")
    return said % facts


def why_unreadable(refusal: UnreadableBands) -> str:
    """Why rows that were understood one by one are no band together."""
    word = WORDS[refusal.verdict] if refusal.verdict is not None else ""
    return str(TROUBLES[refusal.trouble]) % {"verdict": word}


def read_lines(text: str) -> list[Printed]:
    """The printed rows, one a line. Raises UnreadableLine, naming the line."""
    return [_row(line) for line in text.splitlines() if line.strip()]


def _row(line: str) -> Printed:
    said = " ".join(line.replace("\u2212", "-").lower().split())
    verdict = next((found for word, found in VERDICTS.items() if said.startswith(word)), None)
    values = re.sub(
        r"^[a-z ]+?(?=[:=]|\s[<>\u2264\u2265\d-]|\s(?:at|above|below|over|under|more|less|between|from|up)\b)",
        "",
        said,
    )
    values = values.lstrip(" :=").strip(" .")
    if verdict is None or not values:
        raise _unreadable(line)
    between = BETWEEN.fullmatch(values)
    if between:
        ends = sorted(_number(found) for found in between.groups())
        return Printed(verdict, ends[0], ends[1])
    low: Decimal | None = None
    high: Decimal | None = None
    includes = {"low": True, "high": True}
    for part in re.split(r"\s*(?:,| and | but )\s*(?=[<>\u2264\u2265a-z])", values):
        end, number, included = _phrase(part, line)
        includes[end] = included
        if end == "low":
            low = number
        else:
            high = number
    return Printed(verdict, low, high, includes["low"], includes["high"])


def _phrase(part: str, line: str) -> tuple[str, Decimal, bool]:
    for pattern, end, included in PHRASES:
        found = pattern.fullmatch(part.strip())
        if found:
            return end, _number(found.group(1)), included
    raise _unreadable(line)


def _number(text: str) -> Decimal:
    return Decimal(text.replace(",", ""))


def _unreadable(line: str) -> UnreadableLine:
    return UnreadableLine(
        _("“%(line)s” is not understood. Write one line a verdict, such as “%(example)s”.")
        % {"line": line.strip()[:80], "example": EXAMPLE}
    )
