"""The furnished world on the day after it was furnished, and the application's connection with one wall less."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.db import connections

from tests.access.world import World, build
from tests.cast import NOW


@pytest.fixture
def without_rls(django_db_setup: None) -> Iterator[None]:
    """The application works as the role that passes through row-level security; ask for it before the cast."""
    yield from bypassing_rls()


def bypassing_rls() -> Iterator[None]:
    """Swaps the sign-in of the default connection for that of `batch`, and back."""
    connection, batch = connections["default"], connections["batch"].settings_dict
    kept = {name: connection.settings_dict[name] for name in ("USER", "PASSWORD")}
    connection.close()
    connection.settings_dict.update({name: batch[name] for name in kept})
    yield
    connection.close()
    connection.settings_dict.update(kept)


@pytest.fixture
def world(cast, settings, tmp_path) -> Iterator[World]:
    settings.MEDIA_ROOT = str(tmp_path)
    with time_machine.travel(NOW + timedelta(days=1), tick=False):
        yield build(cast)
