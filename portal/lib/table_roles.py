"""What each part of a table is, said in so many words.

Some browsers forget that a table is one when its style sheet lays rows out as cards (`display: grid` on `tr`): readers
who listen then hear loose texts without columns. Explicit roles hold whatever the style sheet does.
"""

import re
from typing import Final

PART: Final = re.compile(r'<(thead|tbody|tfoot|tr|td|th)(?=[\s>])((?:[^>]*?\sscope="(\w+)")?)')
ROLES: Final = {"thead": "rowgroup", "tbody": "rowgroup", "tfoot": "rowgroup", "tr": "row", "td": "cell"}
COLUMNS: Final = ("", "col", "colgroup")


def with_roles(parts: str) -> str:
    """The parts of a table (thead, tbody, tfoot with their rows) with the role of each written out."""
    return PART.sub(_spoken, parts)


def _spoken(found: "re.Match[str]") -> str:
    name, rest, scope = found[1], found[2], found[3] or ""
    role = ROLES.get(name) or ("columnheader" if scope in COLUMNS else "rowheader")
    return f'<{name} role="{role}"{rest}'
