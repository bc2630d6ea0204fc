"""Whether two names or identifiers mean the same organisation."""

import re
from typing import Final

from relationships.ocds.model import Party

# Ways to write the same word of a company's name.
SAME: Final = {"limited": "ltd", "and": "&", "incorporated": "inc", "corporation": "corp", "company": "co"}
LEFT_OUT: Final = {"the"}


def plain(name: str) -> tuple[str, ...]:
    """A name as words that can be compared: no case, no punctuation, "Limited" as "Ltd"."""
    words = re.findall(r"[^\W_]+|&", name.casefold().replace("'", "").replace("’", ""))
    return tuple(SAME.get(word, word) for word in words if word not in LEFT_OUT)


def is_same_party(party: Party, name: str, identifier: str) -> bool:
    """By identifier where both have one and they agree, else by name."""
    if identifier and party.identifier == identifier:
        return True
    return bool(plain(name)) and plain(party.name) == plain(name)
