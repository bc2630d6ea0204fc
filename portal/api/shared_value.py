"""The shared value by date, with everything needed to recompute it."""

from typing import ClassVar

from portal.api import output
from portal.api.base import ReadableItem, ReadableList
from value.models import Score


class SharedValues(ReadableList):
    """Scores by date."""

    rows = Score.objects.all()
    serializer_class = output.ScoreOutput
    filterset_fields: ClassVar = ["relationship", "as_of", "state"]


class SharedValueItem(ReadableItem):
    """One score with its parts."""

    rows = Score.objects.all()
    serializer_class = output.ScoreOutput
