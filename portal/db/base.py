"""PostgreSQL through psycopg2, announcing the scope as the first statement of each transaction."""

from django.db.backends.postgresql import base

from portal.lib import scope


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's backend plus one set_config at the start of each transaction (see portal.lib.scope)."""

    def _set_autocommit(self, autocommit: bool) -> None:
        super()._set_autocommit(autocommit)  # type: ignore[misc]  # the stubs do not know it
        if not autocommit and self.alias == "default":
            scope.announce(self)
