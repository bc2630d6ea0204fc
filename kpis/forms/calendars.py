"""Named calendars, pasted as rows."""

import itertools
import re
from datetime import date, datetime, timedelta
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kpis.models import NamedCalendar
from relationships.models import Relationship

Row = tuple[str, date, date]
MOST_ROWS: Final = 2_000
LONGEST_LABEL: Final = 60
DAY_FORMATS: Final = ("%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d %b %Y", "%d %B %Y", "%d-%b-%Y")
EARLIEST, LATEST = date(1900, 1, 1), date(2200, 12, 31)


class CalendarForm(forms.Form):
    """A name and one row a period: label, first day, last day."""

    name = forms.CharField(label=_("Name"), max_length=100, help_text=_("For example “Railway periods”."))
    rows = forms.CharField(
        label=_("Periods"),
        max_length=200_000,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
        help_text=_(
            "One line a period: label, first day, last day, separated by tabs (as pasted from a spreadsheet),"
            " semicolons or commas. Days as 2026-03-01 or 1 Mar 2026. Each period starts on the day after the one before."
        ),
    )

    def __init__(self, *args: Any, relationship: Relationship, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.relationship = relationship

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"].strip()
        if NamedCalendar.objects.filter(relationship=self.relationship, name=name).exists():
            raise ValidationError(_("This relationship already has a calendar of this name."))
        return name

    def clean_rows(self) -> list[Row]:
        lines = [
            (n, line) for n, line in enumerate(self.cleaned_data["rows"].splitlines(), 1) if line.strip()
        ]
        if len(lines) > MOST_ROWS:
            raise ValidationError(gettext("At most %(n)d periods.") % {"n": MOST_ROWS})
        found: list[tuple[int, Row]] = []
        problems: list[str] = []
        for number, line in lines:
            try:
                found.append((number, _row(line)))
            except ValueError as problem:
                if not found and not problems and number == lines[0][0] and not re.search(r"\d{2}", line):
                    continue  # a header line
                problems.append(gettext("Line %(n)d: %(problem)s") % {"n": number, "problem": problem})
        problems = problems or _gaps(found)
        if problems:
            raise ValidationError([*problems[:10]])
        if not found:
            raise ValidationError(gettext("There is no period in this."))
        return [row for _number, row in found]


def _row(line: str) -> Row:
    separator = next((mark for mark in ("\t", ";", ",") if mark in line), None)
    parts = [part.strip().strip('"') for part in (line.split(separator) if separator else [line])]
    if len(parts) != 3:
        raise ValueError(gettext("a period has a label, a first day and a last day"))
    label, first, last = parts[0], _day(parts[1]), _day(parts[2])
    if not label or len(label) > LONGEST_LABEL:
        raise ValueError(gettext("a label has 1 to %(n)d characters") % {"n": LONGEST_LABEL})
    if last < first:
        raise ValueError(gettext("the last day lies before the first"))
    return label, first, last


def _day(text: str) -> date:
    for form in DAY_FORMATS:
        try:
            day = datetime.strptime(text, form).date()  # noqa: DTZ007  a day has no zone
        except ValueError:
            continue
        if EARLIEST <= day <= LATEST:
            return day
    raise ValueError(gettext("“%(text)s” is not a day") % {"text": text[:40]})


def _gaps(found: list[tuple[int, Row]]) -> list[str]:
    """What keeps the periods from following each other, in words and by line."""
    problems = []
    in_order = sorted(found, key=lambda numbered: numbered[1][1])
    for (_n, (before, _first, ends)), (number, (label, starts, _last)) in itertools.pairwise(in_order):
        expected = ends + timedelta(days=1)
        if starts == expected:
            continue
        said = {"n": number, "label": label, "before": before, "expected": f"{expected.day} {expected:%b %Y}"}
        problems.append(
            gettext(
                "Line %(n)d: “%(label)s” leaves a gap after “%(before)s”; it should start on %(expected)s."
            )
            % said
            if starts > expected
            else gettext("Line %(n)d: “%(label)s” overlaps “%(before)s”; it should start on %(expected)s.")
            % said
        )
    return problems
