"""How a joint review ends."""

from django import forms
from django.utils.translation import gettext_lazy as _

from kpis.models import Review

EXPLAINED = {
    Review.Choice.RENEGOTIATE: _(
        "Renegotiate: the target no longer fits. Next, one side proposes another band."
    ),
    Review.Choice.REPAIR: _(
        "Repair: the target is right, the process needs help. Say who does what until when."
    ),
    Review.Choice.ACCEPT: _("Accept it for now: both know why, and look again in three months."),
}


class ChoiceForm(forms.Form):
    """One of three choices, and what stands behind it."""

    choice = forms.ChoiceField(
        label=_("What do we choose?"),
        choices=list(EXPLAINED.items()),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the three.")},
    )
    note = forms.CharField(
        label=_("Why, and what happens next"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Both sides read it beside the choice when they sign."),
    )
