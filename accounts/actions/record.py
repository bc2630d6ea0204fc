"""The record of administrative acts: people are outside every relationship's audit chain, so the log keeps them."""

import logging
from datetime import datetime

from accounts.models import Person

log = logging.getLogger("portal.administration")


def note_act(act: str, *, about: object, actor: Person, now: datetime) -> None:
    """Logs one administrative act: what, about which row, by whom, when."""
    log.info(
        "%s: %s %s by person %s at %s", act, type(about).__name__, _key(about), actor.pk, now.isoformat()
    )


def _key(about: object) -> object:
    return getattr(about, "pk", about)
