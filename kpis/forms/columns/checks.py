"""What a layout needs to be complete."""

from typing import Any

from django.utils.translation import gettext

from kpis.forms.columns.fields import ColumnFields
from kpis.spreadsheets.values import NotUnderstood, first_day_of, number_of

MOST_COLUMNS_NAMED = 60


class CheckedColumns(ColumnFields):
    """Refuses, at its field, what a file of the chosen layout cannot do without."""

    header: list[str]

    def chosen_kpis(self, given: dict[str, Any]) -> dict[int, int]:
        """The KPI of each column of which one was chosen."""
        columns = range(min(len(self.header), MOST_COLUMNS_NAMED))
        return {c: given[f"column_{c}"] for c in columns if given.get(f"column_{c}") is not None}

    def check_long(self, given: dict[str, Any]) -> None:
        if given.get("kpi") is None and given.get("one_kpi") is None:
            self.add_error("kpi", gettext("Say which column names the KPI, or choose one for all rows."))
        self.check_period(given)
        parts = [given.get("numerator"), given.get("denominator")]
        if given.get("value") is None and None in parts:
            self.add_error(
                "value", gettext("Choose the column with the value, or those with numerator and denominator.")
            )
        elif parts.count(None) == 1:
            missing = "numerator" if parts[0] is None else "denominator"
            self.add_error(missing, gettext("A ratio needs both numerator and denominator."))

    def check_period(self, given: dict[str, Any]) -> None:
        if given.get("period") is not None:
            given["fixed_period"] = ""
        elif not given.get("fixed_period"):
            self.add_error("period", gettext("Choose the column with the period."))
        else:
            try:
                first_day_of(given["fixed_period"], order=given.get("date_order") or "DMY")
            except NotUnderstood:
                self.add_error(
                    "fixed_period", gettext("Write a period as “Mar 2026”, “2026-03”, “Q1 2026” or “2026”.")
                )

    def check_wide(self, given: dict[str, Any]) -> None:
        if given.get("period") is None:
            self.add_error("period", gettext("Choose the column with the period."))
        kpis = list(self.chosen_kpis(given).values())
        if not kpis:
            self.add_error("layout", gettext("Choose a KPI for at least one column."))
        for kpi_id in {kpi_id for kpi_id in kpis if kpis.count(kpi_id) > 1}:
            column = next(c for c, k in reversed(self.chosen_kpis(given).items()) if k == kpi_id)
            self.add_error(f"column_{column}", gettext("Another column holds this KPI already."))

    def check_events(self, given: dict[str, Any]) -> None:
        needed = {
            "period": gettext("Choose the column with the day of the event."),
            "counted_kpi": gettext("Choose a KPI of your side that is reported as a ratio."),
            "holds": gettext("Choose the column that tells whether an event counts as met."),
        }
        for name, text in needed.items():
            if given.get(name) is None:
                self.add_error(name, text)
        given["test"] = given.get("test") or "yes"
        if given["test"] in ("at_most", "at_least"):
            try:
                limit = number_of(
                    given.get("threshold") or None, decimal_mark=given.get("decimal_mark") or "."
                )
            except NotUnderstood:
                limit = None
            if limit is None:
                self.add_error("threshold", gettext("Give the number to compare with."))
        else:
            given["threshold"] = ""
