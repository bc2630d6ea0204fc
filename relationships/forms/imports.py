"""A package of public contracts."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from relationships.ocds import NotOcds, Process, parse_package
from relationships.ocds.parse import MOST_BYTES


class PackageForm(forms.Form):
    """A release package or record package; refused with a reason when it is neither."""

    file = forms.FileField(
        label=_("OCDS package"),
        help_text=_("A release package or record package as JSON, at most 10 MB."),
        widget=forms.FileInput(attrs={"accept": ".json,application/json"}),
        error_messages={"empty": _("The file is empty.")},
    )

    def clean_file(self) -> Any:
        upload = self.cleaned_data["file"]
        if upload.size > MOST_BYTES:
            raise ValidationError(_("The file is larger than 10 MB. Split it into smaller packages."))
        content = upload.read()
        try:
            self.processes: list[Process] = parse_package(content)
        except NotOcds as refusal:
            raise ValidationError(str(refusal)) from refusal
        return content
