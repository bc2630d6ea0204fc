"""Real servers for the tests, started before Django reads its settings.

pytest loads this with `-p` (a conftest.py would be too late). The first process starts PostgreSQL and Valkey,
migrates one template database as the owner, and every worker gets a clone of it and a Valkey database of its own.
Tests act as the application's ordinary role; what a transactional test leaves behind the owner clears away.
"""

import atexit
import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
import pytest
from psycopg2 import sql

from portal.lib.servers import embedded_servers

TEMPLATE = "portal_template"
ADMIN_URL = "TEST_DATABASE_ADMIN_URL"
ROOT = Path(__file__).resolve().parent.parent
KEPT = ("django_migrations", "django_content_type", "auth_permission")


def _with_database(url: str, name: str) -> str:
    return urlsplit(url)._replace(path=f"/{name}").geturl()


def _start() -> None:
    """Starts the servers once per run; workers of xdist inherit their addresses."""
    folder = tempfile.TemporaryDirectory(prefix="common-ground-tests-", ignore_cleanup_errors=True)
    here = Path(folder.name)
    here.chmod(0o755)
    _fetch_migrated(here / "servers")
    stack = ExitStack()
    servers = stack.enter_context(embedded_servers(here / "servers", durable=False, database=TEMPLATE))

    def stop(started_by: int = os.getpid()) -> None:
        if os.getpid() == started_by:
            stack.close()
            folder.cleanup()

    atexit.register(stop)
    os.environ.update(servers.environment())
    os.environ.update(
        {
            ADMIN_URL: servers.database.admin,
            "PORTAL_ENV": "development",
            "PORTAL_URL": "http://localhost:8000",
            "PORTAL_VAR": str(here / "var"),
            "STATICFILES_STORAGE": "django.contrib.staticfiles.storage.StaticFilesStorage",
            "DJANGO_SETTINGS_MODULE": "portal.settings",
            # Playwright's event loop would otherwise make Django refuse the ORM in browser tests.
            "DJANGO_ALLOW_ASYNC_UNSAFE": "true",
        }
    )


def _fetch_migrated(folder: Path) -> None:
    """Copies a migrated cluster to `folder`, migrating one first unless these very migrations were seen before."""
    sources = sorted(
        [*ROOT.glob("*/migrations/*.py"), *ROOT.glob("portal/lib/*.py"), ROOT / "requirements.txt"]
    )
    digest = sha256(b"".join(str(path).encode() + path.read_bytes() for path in sources)).hexdigest()[:16]
    kept = ROOT / "var" / "test-template" / digest
    kept.parent.mkdir(parents=True, exist_ok=True)
    with (kept.parent / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            for old in kept.parent.iterdir():
                if old.is_dir():
                    shutil.rmtree(old, ignore_errors=True)
            fresh = kept.with_name(f"{digest}-new")
            _migrate(fresh)
            fresh.rename(kept)
        # cp keeps the owner, without whom PostgreSQL would refuse to start.
        subprocess.run(["cp", "-a", str(kept), str(folder)], check=True)


def _migrate(folder: Path) -> None:
    with embedded_servers(folder, durable=False, database=TEMPLATE) as servers:
        subprocess.run(
            [sys.executable, "manage.py", "migrate", "--database", "owner", "-v0"],
            cwd=ROOT,
            env={**os.environ, **servers.environment(), "PORTAL_ENV": "development"},
            check=True,
        )


def _take_own_cache() -> None:
    """Each worker has a Valkey database of its own, from before the first thing is cached."""
    number = os.environ["PYTEST_XDIST_WORKER"].removeprefix("gw")
    os.environ["REDIS_URL"] = _with_database(os.environ["REDIS_URL"], number)


if "PYTEST_XDIST_WORKER" in os.environ:
    _take_own_cache()
elif ADMIN_URL not in os.environ:
    _start()


@contextmanager
def _admin(database: str = "postgres") -> Iterator[psycopg2.extensions.cursor]:
    with closing(psycopg2.connect(_with_database(os.environ[ADMIN_URL], database))) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            yield cursor


def _clone(name: str) -> None:
    owner = urlsplit(os.environ["DATABASE_OWNER_URL"]).username or ""
    with _admin() as cursor:
        cursor.execute("SELECT pg_advisory_lock(4711)")  # a template is copied by one at a time
        cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        cursor.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {}").format(
                sql.Identifier(name), sql.Identifier(TEMPLATE), sql.Identifier(owner)
            )
        )
        cursor.execute("SELECT pg_advisory_unlock(4711)")


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """This worker's own clone of the migrated template, for all three roles."""
    from django.conf import settings
    from django.db import connections

    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    name = f"portal_{worker}"
    _clone(name)
    for alias in connections:
        connections[alias].close()
        settings.DATABASES[alias]["NAME"] = connections[alias].settings_dict["NAME"] = name
    # Subprocesses that a test starts work on the same data.
    for variable in ("DATABASE_URL", "DATABASE_BATCH_URL", "DATABASE_OWNER_URL"):
        os.environ[variable] = _with_database(os.environ[variable], name)
    yield
    for alias in connections:
        connections[alias].close()


def _clear(_self: object) -> None:
    """Empties every table as the administrator: the application's role may not truncate."""
    from django.db import connections

    with _admin(connections["default"].settings_dict["NAME"]) as cursor:
        cursor.execute(
            "SELECT string_agg(format('%%I', tablename), ', ') FROM pg_tables"
            " WHERE schemaname = 'public' AND tablename <> ALL (%s)",
            [list(KEPT)],
        )
        (tables,) = cursor.fetchone() or ("",)
        cursor.execute(f"TRUNCATE {tables} RESTART IDENTITY CASCADE")


@pytest.hookimpl(trylast=True)
def pytest_configure() -> None:
    """Replaces the clearing of transactional tests, which would run as the application's role."""
    from django.test import TransactionTestCase

    TransactionTestCase._fixture_teardown = _clear  # type: ignore[attr-defined]


@pytest.fixture(autouse=True)
def _fresh_cache() -> Iterator[None]:
    """Rate limits live in the cache; no test may inherit those of another."""
    yield
    from django.core.cache import cache

    cache.clear()
