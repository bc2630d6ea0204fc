"""What people say about a file: which one, what it was written in, and which column means what."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kpis.spreadsheets.limits import MAX_BYTES, MEBIBYTE
from kpis.spreadsheets.text import OFFERED

ENCODINGS = {
    "cp1252": _("Western European (Windows)"),
    "iso-8859-15": _("Western European (Latin 9)"),
    "cp1250": _("Central European (Windows)"),
    "mac-roman": _("Western European (older Mac)"),
}


class UploadForm(forms.Form):
    """A file to read; its kind is found out by its content."""

    file = forms.FileField(
        label=_("CSV or XLSX file"),
        max_length=200,
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx,text/csv"}),
    )

    def clean_file(self) -> "UploadedFile[bytes]":
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > MAX_BYTES:
            raise forms.ValidationError(
                gettext("The file is larger than %(size)d MB. Split it.") % {"size": MAX_BYTES // MEBIBYTE}
            )
        return file


class EncodingForm(forms.Form):
    """What the text of a file was written in, told by how its first odd words look."""

    encoding = forms.ChoiceField(label=_("The text reads right as"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, content: bytes, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(name, f"{sample} – {ENCODINGS[name]}") for name, sample in samples(content).items()]
        field = self.fields["encoding"]
        field.choices = choices  # type: ignore[attr-defined]
        field.initial = choices[0][0] if choices else None


def samples(content: bytes) -> dict[str, str]:
    """How the words around the first letters beyond ASCII look in each encoding that can read the whole text."""
    at = next((index for index, byte in enumerate(content) if byte > 127), 0)
    start = max(content.rfind(b"\n", 0, at), at - 30) + 1
    found: dict[str, str] = {}
    for name in OFFERED:
        try:
            content.decode(name)
            found[name] = " ".join(content[start : at + 30].decode(name).split("\n")[0].split())
        except UnicodeError:
            continue
    return found
