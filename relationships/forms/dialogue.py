"""What somebody says, and to whom."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from relationships.subjects import is_subject

MOST_CHARACTERS = 10_000
REACHES = (("shared", _("Both sides")), ("internal", _("Only our side")))


class CommentForm(forms.Form):
    """A comment; shared unless its writer chose otherwise. An unknown reach is refused, never taken as shared."""

    text = forms.CharField(
        label=_("Comment"),
        max_length=MOST_CHARACTERS,
        widget=forms.Textarea,
        error_messages={"required": _("Write something first.")},
    )
    reach = forms.ChoiceField(label=_("Who reads it"), choices=REACHES, required=False)
    about = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)

    def clean_about(self) -> str:
        about: str = self.cleaned_data["about"]
        if about and not is_subject(about):
            raise ValidationError(_("There is nothing of this kind to comment on."))
        return about

    @property
    def is_internal(self) -> bool:
        """Whether the writer chose their own side alone; also of a form that was refused."""
        return bool(self.data.get("reach") == "internal")

    def said(self) -> dict[str, Any]:
        """What was typed, for the action."""
        return {
            "text": self.cleaned_data["text"],
            "about": self.cleaned_data["about"],
            "internal": self.cleaned_data["reach"] == "internal",
        }
