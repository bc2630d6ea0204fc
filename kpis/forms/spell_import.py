"""A table of spells: the file, and its rows as they come back from the preview."""

import json
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from kpis.forms.uploads import UploadForm
from kpis.spreadsheets.spells import LONGEST, MOST_SPELLS, DeclaredSpell


class SpellFileForm(UploadForm):
    """A CSV or XLSX file with one spell a row."""


class SpellRowsForm(forms.Form):
    """The rows that were looked at, to be proposed."""

    rows = forms.CharField(widget=forms.HiddenInput, max_length=MOST_SPELLS * (LONGEST + 200))

    def clean_rows(self) -> list[DeclaredSpell]:
        try:
            return [_row(one) for one in json.loads(self.cleaned_data["rows"])][:MOST_SPELLS]
        except (ValueError, TypeError, OverflowError, RecursionError) as error:
            raise forms.ValidationError(
                _("These rows cannot be read any more. Send the file again.")
            ) from error

    @staticmethod
    def written(rows: list[DeclaredSpell]) -> str:
        """Rows as the form takes them back."""
        return json.dumps(
            [
                [
                    row.number,
                    row.environment,
                    row.first_day.isoformat() if row.first_day else "",
                    row.last_day.isoformat() if row.last_day else "",
                    row.reason,
                ]
                for row in rows
            ]
        )


def _row(said: Any) -> DeclaredSpell:
    number, environment, first, last, reason = said
    if not all(isinstance(text, str) for text in (environment, first, last, reason)):
        raise TypeError
    text, why = environment.replace("\x00", ""), reason.replace("\x00", "")[:LONGEST]
    return DeclaredSpell(
        int(number), text, date.fromisoformat(first), date.fromisoformat(last) if last else None, why
    )
