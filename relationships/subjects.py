"""What a comment can be about ("kpi:12", "reading:12:2026-01-01"), and the words and the page that go with it.

Pages of the upper apps are named by their addresses, so that nothing here imports them.
"""

import re
from collections.abc import Mapping
from typing import Final

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

NUMBER: Final = r"([0-9]{1,18})"
DAY: Final = r"([0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01]))"
# kind: (words, name of the page's address, what names the thing)
SUBJECTS: Final[Mapping[str, tuple[Promise, str, str]]] = {
    "agreement": (_("an agreement"), "agreement", NUMBER),
    "contract": (_("a contract"), "relationships:contract", NUMBER),
    "environment": (_("an environment"), "kpis:environment", NUMBER),
    "goal": (_("a goal"), "kpis:goal", NUMBER),
    "kpi": (_("a KPI"), "kpis:kpi", NUMBER),
    "reading": (_("a reading"), "kpis:reading", f"{NUMBER}:{DAY}"),  # of a KPI, for the period from a day
    "upload": (_("an upload"), "kpis:upload", NUMBER),
}


def is_subject(about: str) -> bool:
    """Whether `about` names a thing that can be commented."""
    return _key_of(about) is not None


def words_for(about: str) -> str:
    """What kind of thing it is, in words; "" for nothing known."""
    kind = about.partition(":")[0]
    return str(SUBJECTS[kind][0]) if kind in SUBJECTS else ""


def page_of(about: str) -> str:
    """The address of the thing's page; "" for nothing known."""
    key = _key_of(about)
    return "" if key is None else reverse(SUBJECTS[about.partition(":")[0]][1], args=key)


def parts_of(about: str) -> str:
    """How the subjects that are parts of this one begin: a KPI's readings; "" for what has no parts."""
    kind, _colon, key = about.partition(":")
    return f"reading:{key}:" if kind == "kpi" and is_subject(about) else ""


def _key_of(about: str) -> tuple[str, ...] | None:
    """What names the thing within its kind."""
    kind, _colon, key = about.partition(":")
    match = re.fullmatch(SUBJECTS[kind][2], key) if kind in SUBJECTS else None
    return match.groups() if match else None
