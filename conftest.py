"""Puts the worker's own database in the place of the one pytest-django would create."""

from tests.plugin import django_db_setup

__all__ = ["django_db_setup"]
