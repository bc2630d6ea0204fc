"""The three roles of the database, and the database they share.

owner migrates and passes through row-level security (or data migrations would silently touch nothing); app serves
people and is held by it; batch does set-based nightly work over all relationships. Running this again repairs
what is missing and changes passwords to those of the addresses.
"""

from contextlib import closing
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

import psycopg2
from psycopg2 import sql
from psycopg2.extensions import connection as Connection  # noqa: N812  the type, named as a type

TABLE_RIGHTS = "SELECT, INSERT, UPDATE, DELETE"


@dataclass(frozen=True)
class Addresses:
    """postgresql:// addresses: of an administrator, and of each role in the portal's database."""

    admin: str
    owner: str
    app: str
    batch: str


@dataclass(frozen=True)
class _Login:
    name: str
    password: str
    database: str


def prepare(addresses: Addresses) -> None:
    """Creates roles, database, schema rights and default rights where they are missing."""
    owner, app, batch = (_login(url) for url in (addresses.owner, addresses.app, addresses.batch))
    with closing(_connect(addresses.admin)) as connection:
        for login, attributes in ((owner, "BYPASSRLS"), (app, "NOBYPASSRLS"), (batch, "BYPASSRLS")):
            _make_role(connection, login, attributes)
        _make_database(connection, owner)
    with closing(_connect(_with_database(addresses.admin, owner.database))) as connection:
        _grant(connection, owner, (app, batch))


def _connect(url: str) -> Connection:
    connection = psycopg2.connect(url, connect_timeout=5)
    connection.autocommit = True
    return connection


def _login(url: str) -> _Login:
    parts = urlsplit(url)
    return _Login(unquote(parts.username or ""), unquote(parts.password or ""), parts.path.lstrip("/"))


def _with_database(url: str, database: str) -> str:
    return urlsplit(url)._replace(path=f"/{database}").geturl()


def _make_role(connection: Connection, login: _Login, attributes: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [login.name])
        verb = "ALTER" if cursor.fetchone() else "CREATE"
        statement = (
            "{verb} ROLE {name} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE {attributes} PASSWORD {password}"
        )
        cursor.execute(
            sql.SQL(statement).format(
                verb=sql.SQL(verb),
                name=sql.Identifier(login.name),
                attributes=sql.SQL(attributes),
                password=sql.Literal(login.password),
            )
        )


def _make_database(connection: Connection, owner: _Login) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [owner.database])
        if cursor.fetchone() is None:
            cursor.execute(
                sql.SQL("CREATE DATABASE {} OWNER {}").format(
                    sql.Identifier(owner.database), sql.Identifier(owner.name)
                )
            )


def _grant(connection: Connection, owner: _Login, others: tuple[_Login, ...]) -> None:
    name = sql.Identifier(owner.name)
    with connection.cursor() as cursor:
        cursor.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC")
        cursor.execute(sql.SQL("GRANT ALL ON SCHEMA public TO {}").format(name))
        for other in others:
            role = sql.Identifier(other.name)
            cursor.execute(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(role))
            defaults = sql.SQL("ALTER DEFAULT PRIVILEGES FOR ROLE {} IN SCHEMA public ").format(name)
            cursor.execute(defaults + sql.SQL("GRANT {} ON TABLES TO {}").format(sql.SQL(TABLE_RIGHTS), role))
            cursor.execute(defaults + sql.SQL("GRANT USAGE, SELECT ON SEQUENCES TO {}").format(role))
