"""What a comment can be about: "kpi:12", and the words and the page that go with it.

Pages of the upper apps are named by their addresses, so that nothing here imports them.
"""

import re
from collections.abc import Mapping
from typing import Final

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# kind: (words, name of the page's address)
SUBJECTS: Final[Mapping[str, tuple[Promise, str]]] = {
    "agreement": (_("an agreement"), "agreement"),
    "contract": (_("a contract"), "relationships:contract"),
    "goal": (_("a goal"), "kpis:goal"),
    "kpi": (_("a KPI"), "kpis:kpi"),
    "reading": (_("a reading"), ""),
    "upload": (_("an upload"), "kpis:upload"),
}
PATTERN = re.compile(r"([a-z]{1,20}):([0-9]{1,18})")


def is_subject(about: str) -> bool:
    """Whether `about` names a thing that can be commented."""
    match = PATTERN.fullmatch(about)
    return match is not None and match[1] in SUBJECTS


def words_for(about: str) -> str:
    """What kind of thing it is, in words; "" for nothing known."""
    kind = about.partition(":")[0]
    return str(SUBJECTS[kind][0]) if kind in SUBJECTS else ""


def page_of(about: str) -> str:
    """The address of the thing's page; "" where it has none."""
    match = PATTERN.fullmatch(about)
    name = SUBJECTS[match[1]][1] if match and match[1] in SUBJECTS else ""
    return reverse(name, args=[int(match[2])]) if name and match else ""
