"""The card of a driver: what is counted, who reports it, and when. No goal, no direction, no weight, no band."""

from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from kpis.forms.definitions import KpiForm
from kpis.models import Kpi

# What makes a KPI a KPI; a series of context has none of it.
OF_SCORING: Final = ("goal", "polarity", "outcome", "standard")


class DriverForm(KpiForm):
    """The definition card without what belongs to scoring."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in OF_SCORING:
            del self.fields[name]
        said = {
            "performed_by": (
                _("Reported by"),
                _("The side that has the numbers. What both count the provider reports."),
            ),
            "how_measured": (_("What is counted"), _("What is counted, what is left out, and when.")),
            "reference": (None, _("As in your spreadsheets; uploads find the driver by it.")),
            "due_days": (_("Due, in days after the period"), ""),
        }
        fields: dict[str, Any] = self.fields
        for name, (label, help_text) in said.items():
            fields[name].label = label or fields[name].label
            fields[name].help_text = help_text
        if not self.is_bound:
            self.fields["decimals"].initial = 0

    def definition(self) -> dict[str, Any]:
        """What was typed, for the action."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}

    @staticmethod
    def showing(kpi: Kpi) -> dict[str, Any]:
        """Initial values from what is written down."""
        return {name: value for name, value in KpiForm.showing(kpi).items() if name not in OF_SCORING}
