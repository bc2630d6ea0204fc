"""What signals mean, in words that stand beside a verdict: adult, exact, and without blame."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kpis.domain.bands import Verdict
from kpis.domain.signals import FEWEST, Assurance, Cause, Meaning
from kpis.models import Kpi
from kpis.queries.signals import Signals
from portal.lib.series import Point

CAUSES: Final = {
    Cause.OUTSIDE: gettext_lazy("outside the limits"),
    Cause.TREND: gettext_lazy("seven or more in a row in one direction"),
    Cause.NEAR_LIMIT: gettext_lazy("two of three close to the same limit"),
    Cause.ONE_SIDE: gettext_lazy("seven or more in a row on one side of the mean"),
}
MEANINGS: Final = {
    Meaning.IMPROVEMENT: gettext_lazy("a change for the better"),
    Meaning.CONCERN: gettext_lazy("a change for the worse"),
    Meaning.CHANGE: gettext_lazy("a change"),
}
ASSURANCES: Final = {
    Assurance.CONSISTENTLY_MEETS: gettext_lazy("Consistently meets the target, as long as nothing changes"),
    Assurance.CONSISTENTLY_MISSES: gettext_lazy("Consistently misses: look at target or process together"),
    Assurance.HIT_OR_MISS: gettext_lazy("Hit or miss: the target lies within normal variation"),
}
ONE_BAD: Final = {
    Kpi.Frequency.DAY: gettext_lazy("One bad day, within normal variation"),
    Kpi.Frequency.WEEK: gettext_lazy("One bad week, within normal variation"),
    Kpi.Frequency.MONTH: gettext_lazy("One bad month, within normal variation"),
    Kpi.Frequency.CONTRACT_MONTH: gettext_lazy("One bad month, within normal variation"),
    Kpi.Frequency.QUARTER: gettext_lazy("One bad quarter, within normal variation"),
    Kpi.Frequency.YEAR: gettext_lazy("One bad year, within normal variation"),
}


@dataclass(frozen=True)
class Said:
    """What the newest value says about itself, and what is to be expected against the target; "" where nothing is.

    `is_concern` and `misses` are for marks, `is_told` is False while there are too few values.
    """

    newest: str
    assurance: str
    is_concern: bool = False
    misses: bool = False
    is_told: bool = True
    is_provisional: bool = False


def say(kpi: Kpi, signals: Signals, points: Sequence[Point]) -> Said:
    """The words beside the verdict of the newest value; `points` are the periods shown, oldest first."""
    count = len(signals.periods)
    if signals.limits is None:
        few = ngettext(
            "Signals are told from %(fewest)d values on; there is %(count)d so far",
            "Signals are told from %(fewest)d values on; there are %(count)d so far",
            count,
        )
        return Said(few % {"fewest": FEWEST, "count": count}, "", is_told=False)
    assured = signals.assurance
    return Said(
        _newest(kpi, signals, points),
        "" if assured is None else str(ASSURANCES[assured]),
        signals.is_a_change_for_the_worse,
        signals.is_consistently_missing,
        is_provisional=signals.limits.is_provisional,
    )


def cause_words(cause: Cause | None) -> str:
    """Which rule fired, in words; "" for ordinary variation."""
    word: Promise | str = CAUSES[cause] if cause is not None else ""
    return str(word)


def meaning_words(meaning: Meaning | None) -> str:
    """What a signal is good for; "" for ordinary variation."""
    word: Promise | str = MEANINGS[meaning] if meaning is not None else ""
    return str(word)


def _newest(kpi: Kpi, signals: Signals, points: Sequence[Point]) -> str:
    latest = signals.latest
    if latest is not None and latest.meaning is not None:
        return {
            Meaning.CONCERN: _("A real change for the worse"),
            Meaning.IMPROVEMENT: _("A real change for the better"),
            Meaning.CHANGE: _("A real change"),
        }[latest.meaning]
    judged = [point.verdict for point in points if point.verdict is not None and not point.status]
    is_bad = bool(judged) and judged[-1] < Verdict.GOOD
    was_good = len(judged) < 2 or judged[-2] == Verdict.GOOD
    if is_bad and was_good:
        return str(
            ONE_BAD.get(Kpi.Frequency(kpi.frequency), gettext_lazy("One bad period, within normal variation"))
        )
    return _("Within normal variation")
