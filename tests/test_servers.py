"""The embedded servers: ready, closed to strangers, and gone with whoever started them."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import psycopg2
import pytest
import redis

from portal.lib.servers import embedded_servers

ROOT = Path(__file__).resolve().parent.parent
HOLD = """
import sys, time
from pathlib import Path
from portal.lib.servers import embedded_servers
with embedded_servers(Path(sys.argv[1]), durable=False) as servers:
    print("ready", flush=True)
    time.sleep(600)
"""


@pytest.fixture(scope="module")
def servers(tmp_path_factory):
    folder = tmp_path_factory.mktemp("servers")
    for place in (folder, *folder.parents[:2]):  # pytest's folders are closed to the ordinary user
        place.chmod(0o755)
    with embedded_servers(folder, durable=False) as running:
        yield running


def test_each_role_signs_in_with_its_password(servers):
    for url in (servers.database.app, servers.database.batch, servers.database.owner):
        with psycopg2.connect(url) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT current_user")
            assert cursor.fetchone() == (urlsplit(url).username,)
    assert redis.Redis.from_url(servers.redis_url).ping() is True


def test_nobody_comes_in_without_a_password(servers):
    parts = urlsplit(servers.database.app)
    for password in ("", "wrong"):
        url = f"postgresql://postgres:{password}@127.0.0.1:{parts.port}/postgres"
        with pytest.raises(psycopg2.OperationalError):
            psycopg2.connect(url, connect_timeout=5)
    with pytest.raises(redis.AuthenticationError):
        redis.Redis(host="127.0.0.1", port=urlsplit(servers.redis_url).port).ping()


def test_servers_listen_on_loopback_alone_and_never_run_as_root(servers):
    for url in (servers.database.app, servers.redis_url):
        port = urlsplit(url).port
        listening = [
            c for c in psutil.net_connections("tcp") if c.status == "LISTEN" and c.laddr.port == port
        ]
        assert {c.laddr.ip for c in listening} == {"127.0.0.1"}
        assert all(psutil.Process(c.pid).uids().real != 0 for c in listening if c.pid)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_nothing_is_left_when_the_starter_is_killed(tmp_path, number):
    for place in (tmp_path, *tmp_path.parents[:2]):
        place.chmod(0o755)
    starter = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert starter.stdout.readline() == "ready\n"
    started = psutil.Process(starter.pid).children(recursive=True)
    names = {process.name() for process in started}
    os.kill(starter.pid, number)
    assert {"postgres", "valkey-server"} <= names
    starter.wait()
    starter.stdout.close()
    _gone, alive = psutil.wait_procs(started, timeout=30)
    assert alive == []


def test_data_survive_a_restart(tmp_path):
    for place in (tmp_path, *tmp_path.parents[:2]):
        place.chmod(0o755)
    for statement in ("CREATE TABLE kept AS SELECT 7 AS seven", "SELECT seven FROM kept"):
        with embedded_servers(tmp_path, durable=True) as running:
            connection = psycopg2.connect(running.database.owner)
            with connection, connection.cursor() as cursor:
                cursor.execute(statement)
                answer = cursor.fetchone() if cursor.description else None
            connection.close()
    assert answer == (7,)
