"""From which period on limits start anew, and what changed."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kpis.domain.periods import Period


class RebaseForm(forms.Form):
    """A period that has values, and the change behind it."""

    from_period = forms.TypedChoiceField(
        label=_("Limits start with"),
        coerce=date.fromisoformat,
        error_messages={"required": _("Choose the first period after the change.")},
    )
    reason = forms.CharField(
        label=_("What changed"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "For example: a new telephone system since 1 September. The other side signs these words."
        ),
    )

    def __init__(self, *args: Any, periods: Sequence[Period], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        newest_first = [(period.first.isoformat(), period.label) for period in reversed(periods)]
        self.fields["from_period"].choices = [("", _("Choose a period")), *newest_first]  # type: ignore[attr-defined]
