"""The world of the access matrix."""

from tests.access.conftest import without_rls, world

__all__ = ["without_rls", "world"]
