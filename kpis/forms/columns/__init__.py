"""Which column of a file means what."""

from kpis.forms.columns.form import MappingForm

__all__ = ["MappingForm"]
