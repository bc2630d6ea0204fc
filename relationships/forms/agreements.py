"""Answering a proposal in words."""

from django import forms
from django.utils.translation import gettext_lazy as _

LONGEST_REASON = 2000


class DeclineForm(forms.Form):
    """Why a proposal is declined."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Both sides read it. Say what would make it acceptable."),
        error_messages={"required": _("Say why, so that the other side can propose something better.")},
    )


class WithdrawForm(forms.Form):
    """Why a proposal is taken back, if its side wants to say so."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=LONGEST_REASON,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Both sides read it."),
    )


class AgreementFilterForm(forms.Form):
    """Which agreements a list shows; anything it does not know shows everything."""

    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("Open and settled")), ("open", _("Open")), ("settled", _("Settled"))],
    )
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    waits_for = forms.ChoiceField(label=_("Waits for"), required=False)

    def __init__(
        self,
        data: object,
        *,
        kinds: list[tuple[str, object]],
        sides: list[tuple[str, object]],
    ) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        self.fields["kind"].choices = [("", _("Every kind")), *kinds]  # type: ignore[attr-defined]
        self.fields["waits_for"].choices = [("", _("Anybody")), *sides]  # type: ignore[attr-defined]

    def chosen(self) -> dict[str, str]:
        """The filters in force; a value that is no choice filters nothing."""
        self.is_valid()
        return {name: self.cleaned_data.get(name, "") for name in self.fields}
