"""What the shell around every page needs: the switcher, what waits, what is new."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from portal.queries.shell import get_shell
from relationships.access import Viewer


def shell(request: HttpRequest) -> dict[str, Any]:
    """The viewer and their shell; lazy, so that a page or fragment without a bar asks the database nothing."""
    viewer: Viewer | None = getattr(request, "viewer", None)
    if viewer is None:
        return {}
    return {
        "viewer": viewer,
        "shown_zone": timezone.get_current_timezone_name(),
        "shell": SimpleLazyObject(lambda: get_shell(viewer)),
    }
