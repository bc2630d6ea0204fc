"""Whose eyes the database looks through: the second wall's context.

Every transaction of the application's role starts by telling PostgreSQL which person, organisation and
relationships it acts for; the row-level policies compare against exactly that. Without a scope the policies
raise, so that forgetting it can never look like "there is nothing here".
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper


@dataclass(frozen=True)
class Scope:
    """Identifiers that row-level security compares with; 0 stands for "nobody" or "no organisation"."""

    person_id: int = 0
    organisation_id: int = 0
    relationship_ids: tuple[int, ...] = ()


_current: ContextVar[Scope | None] = ContextVar("scope", default=None)

SET_SCOPE = (
    "SELECT set_config('app.person_id', %s, true), set_config('app.organisation_id', %s, true),"
    " set_config('app.relationship_ids', %s, true)"
)


def current() -> Scope | None:
    """The scope in force, or None outside any."""
    return _current.get()


def announce(connection: BaseDatabaseWrapper) -> None:
    """Tells the open transaction of `connection` the scope in force; without one, says nothing."""
    scope = _current.get()
    if scope is None:
        parameters = ("", "", "")
    else:
        ids = "{" + ",".join(map(str, scope.relationship_ids)) + "}"
        parameters = (str(scope.person_id), str(scope.organisation_id), ids)
    with connection.wrap_database_errors, connection.connection.cursor() as cursor:
        cursor.execute(SET_SCOPE, parameters)


def _announce_where_open() -> None:
    connection = connections["default"]
    if connection.connection is not None and connection.in_atomic_block and not connection.needs_rollback:
        announce(connection)


@contextmanager
def acting_as(
    *, person_id: int = 0, organisation_id: int = 0, relationship_ids: Iterable[int] = ()
) -> Iterator[Scope]:
    """Sets the scope for the block, also inside a transaction that is already open, and restores it after."""
    scope = Scope(person_id, organisation_id, tuple(relationship_ids))
    token = _current.set(scope)
    try:
        _announce_where_open()
        yield scope
    finally:
        _current.reset(token)
        _announce_where_open()
