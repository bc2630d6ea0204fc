"""What part of the readings grid is wanted, and the rows that many cells make."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from kpis.forms.cells import version_of
from kpis.queries.grid import Filters

PERIODS: Final = (6, 12, 24, 36)
PREFIX: Final = "cell-"
MOST_CELLS: Final = 5_000


class FilterForm(forms.Form):
    """The grid's filters; what is not understood falls back to the usual view."""

    q = forms.CharField(label=_("KPI or goal"), max_length=100, required=False)
    periods = forms.TypedChoiceField(
        label=_("Periods"),
        choices=[(str(number), str(number)) for number in PERIODS],
        coerce=int,
        required=False,
    )
    mine = forms.BooleanField(label=_("Only ours to report"), required=False)
    missing = forms.BooleanField(label=_("Only with gaps"), required=False)
    until = forms.DateField(required=False, widget=forms.HiddenInput)

    def filters(self, today: date) -> Filters:
        """The filters, never reaching beyond today."""
        self.is_valid()
        given = self.cleaned_data
        until = given.get("until") or today
        return Filters(
            until=min(max(until, date(1900, 1, 1)), today),
            periods=given.get("periods") or 12,
            search=given.get("q", "").replace("\x00", "").strip(),
            only_mine=bool(given.get("mine")),
            only_missing=bool(given.get("missing")),
        )


def cells_posted(posted: Mapping[str, Any]) -> dict[tuple[int, date], tuple[str, int | None]]:
    """(text, version) of each cell that was filled in, by KPI and first day; fields are `cell-<kpi>-<day>`."""
    found: dict[tuple[int, date], tuple[str, int | None]] = {}
    for name, text in posted.items():
        key = name.removeprefix(PREFIX)
        if not name.startswith(PREFIX) or not text.strip() or len(found) >= MOST_CELLS:
            continue
        kpi_id, _dash, day = key.partition("-")
        try:
            place = int(kpi_id), date.fromisoformat(day)
        except ValueError:
            continue
        found[place] = text, version_of(posted, f"version-{key}")
    return found
