"""One cell of the readings grid: what it shows, what a screen reader says, and what can be done with it."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final, Protocol

from django.utils import dateformat
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kpis.domain.periods import Period
from kpis.domain.status import PeriodStatus, status_of
from kpis.models import Kpi

MINUS: Final = "\u2212"
VERDICT_WORDS: Final = (
    gettext_lazy("Inadequate"),
    gettext_lazy("Requires improvement"),
    gettext_lazy("Approaching"),
    gettext_lazy("Good"),
)
STATE_WORDS: Final = {
    "SUBMITTED": gettext_lazy("waits to be confirmed"),
    "CONFIRMED": gettext_lazy("confirmed"),
    "DEEMED": gettext_lazy("deemed confirmed"),
    "DISPUTED": gettext_lazy("disputed"),
}
STATUS_WORDS: Final = {
    PeriodStatus.MISSING: gettext_lazy("Missing"),
    PeriodStatus.DISPUTED: gettext_lazy("Disputed"),
    PeriodStatus.NOT_APPLICABLE: gettext_lazy("Not applicable"),
    PeriodStatus.NO_BAND: gettext_lazy("No band yet"),
}


class Reported(Protocol):
    """The columns of a reading that a cell needs; a model or a row of values will do."""

    @property
    def value(self) -> Decimal | None: ...
    @property
    def numerator(self) -> Decimal | None: ...
    @property
    def denominator(self) -> Decimal | None: ...
    @property
    def is_not_applicable(self) -> bool: ...
    @property
    def note(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def verdict(self) -> int | None: ...
    @property
    def version(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Cell:
    """One KPI in one period, ready to be shown.

    `shape` names the mark of verdict or status, `word` says it, `state` says where confirmation stands; `typed` is
    what somebody would type to say the same again. `version` is "" for an empty cell. `is_moved` says that the band of
    the period was moved before it judged.
    """

    kpi_id: int
    day: str
    href: str
    text: str
    shape: str
    word: str
    state: str = ""
    state_word: str = ""
    typed: str = ""
    version: str = ""
    is_editable: bool = False
    is_moved: bool = False

    @property
    def key(self) -> str:
        """The cell's name in forms and fragments."""
        return f"{self.kpi_id}-{self.day}"


def cell_of(kpi: Kpi, period: Period, reading: Reported | None, *, on: date, is_editable: bool) -> Cell:
    """The cell of a KPI in a period that is over, as it stands on the day `on`."""
    day = period.first.isoformat()
    href = f"/kpis/{kpi.pk}/readings/{day}/"
    if reading is None:
        due_on = due_on_of(kpi, period)
        status = status_of(period=period, due_on=due_on, on=on, state=None)
        if status == PeriodStatus.MISSING:
            word = str(STATUS_WORDS[status])
            return Cell(kpi.pk, day, href, word, "missing", "", is_editable=is_editable)
        text = _("due %(day)s") % {"day": dateformat.format(due_on, "j M")}
        return Cell(kpi.pk, day, href, text, "not-due", "", is_editable=is_editable)
    shape, word = mark_of(reading)
    if kpi.is_driver and reading.verdict is None and shape == "no-band":
        shape, word = "context", ""  # a driver has no verdict to wait for
    return Cell(
        kpi.pk,
        day,
        href,
        shown(kpi, reading),
        shape,
        word,
        reading.state.lower(),
        "" if reading.state == "DISPUTED" else str(STATE_WORDS[reading.state]),
        typed(reading),
        str(reading.version),
        is_editable,
        getattr(reading, "flexing_id", None) is not None,
    )


def due_on_of(kpi: Kpi, period: Period) -> date:
    """The day by whose end the period is to be reported."""
    return period.last + timedelta(days=kpi.due_days)


def mark_of(reading: Reported) -> tuple[str, str]:
    """(shape, word) of what counts: the dispute, that it is not applicable, the verdict, or that no band judges."""
    if reading.state == "DISPUTED":
        return "disputed", str(STATUS_WORDS[PeriodStatus.DISPUTED])
    if reading.is_not_applicable:
        return "not-applicable", str(STATUS_WORDS[PeriodStatus.NOT_APPLICABLE])
    if reading.verdict is None:
        return "no-band", str(STATUS_WORDS[PeriodStatus.NO_BAND])
    return str(reading.verdict), verdict_word(reading.verdict)


def verdict_word(verdict: int) -> str:
    """The word of a verdict, 3 Good to 0 Inadequate."""
    word: Promise = VERDICT_WORDS[verdict]
    return str(word)


def shown(kpi: Kpi, reading: Reported) -> str:
    """A reading's value with the decimals of its KPI and grouped thousands; "n/a" where there is none."""
    return "n/a" if reading.value is None else figure(reading.value, kpi.decimals)


def figure(value: Decimal, decimals: int) -> str:
    """A number with grouped thousands, a real minus sign and no negative zero."""
    text = f"{value:,.{decimals}f}"
    if text.startswith("-"):
        text = text[1:] if not text.strip("-0.,") else MINUS + text[1:]
    return text


def typed(reading: Reported) -> str:
    """What somebody would type to say the same again; "n/a" where there is no value."""
    if reading.numerator is not None and reading.denominator is not None:
        return f"{bare(reading.numerator)}/{bare(reading.denominator)}"
    return "n/a" if reading.value is None else bare(reading.value)


def bare(number: Decimal) -> str:
    """All digits that matter and no others."""
    text = f"{number:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in {"-0", ""} else text
