"""Whether the time an answer takes tells known from unknown people, at sign-in and when a password is forgotten.

Every kind of address is asked in turn, so that whatever else the machine does weighs on all alike; compared are medians
with that of the unknown address. The controls are the same run with a mitigation taken away: they must be told apart.
"""

import random
import statistics
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Final
from unittest import mock

from django.core.cache import cache
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from accounts.adapter import InvitationOnly
from accounts.backends import WithOrganisation
from accounts.models import Person
from tests.load.stopwatch import Report, chapter, seconds

PASSWORD: Final = "a password for the measurement"
# Counted as always, but never reached: a refusal would be measured instead of an answer.
LIMITS: Final = {
    "login": "1000000/m/ip",
    "login_failed": "1000000/m/ip,1000000/300s/key",
    "reset_password": "1000000/m/ip,1000000/m/key",
}
Ask = Callable[[str], object]


def measure(report: Report, times: int) -> None:
    """Sign-in with a wrong password, and a reset, for people of every kind."""
    addresses = _people()
    with override_settings(ACCOUNT_RATE_LIMITS=LIMITS), chapter("Known and unknown people"):
        for what, ask, control in (
            ("sign-in with a wrong password", _sign_in, _no_hashing),
            ("a password forgotten", _reset, _no_letter),
        ):
            _compare(report, what, ask, addresses, times if ask is _sign_in else 3 * times)
            with control():
                _compare(report, f"control: {what}", ask, addresses, max(times // 4, 5), is_control=True)


def _compare(
    report: Report,
    what: str,
    ask: Ask,
    addresses: dict[str, list[str]],
    times: int,
    *,
    is_control: bool = False,
) -> None:
    found: dict[str, list[float]] = {kind: [] for kind in addresses}
    for turn in range(times + 2):
        kinds = list(addresses)
        random.shuffle(kinds)
        for kind in kinds:
            email = addresses[kind][turn % len(addresses[kind])]
            took = seconds(lambda asked=email: ask(asked))  # type: ignore[misc]
            if turn >= 2:  # the first ones warm up
                found[kind].append(took)
    medians = {kind: statistics.median(took) for kind, took in found.items()}
    unknown = medians.pop("unknown")
    for kind, middle in {"known": medians["known"]}.items() if is_control else medians.items():
        report.add(
            f"{what}: {kind} against unknown",
            f"{1000 * middle:.2f} / {1000 * unknown:.2f} ms, {100 * (middle / unknown - 1):+.1f} %",
            "more than 5 % apart" if is_control else "at most 5 % apart",
        )


def _sign_in(email: str) -> object:
    given = {"login": email, "password": "not the password at all"}
    response = Client().post(reverse("account_login"), given)
    assert response.status_code == 200, response.status_code
    return response


def _reset(email: str) -> object:
    response = Client().post(reverse("account_reset_password"), {"email": email})
    assert response.status_code == 302, response.status_code
    return response


def _people() -> dict[str, list[str]]:
    """Twenty addresses of each kind, all equally long."""
    cache.clear()
    found: dict[str, list[str]] = {"known": [], "without a password": [], "left": [], "unknown": []}
    for number in range(20):
        for kind in found:
            email = f"{kind.replace(' ', '-'):-<18}{number:02}@sign-in.example"
            if kind != "unknown" and not Person.objects.filter(email=email).exists():
                Person.objects.create_user(
                    email,
                    None if kind == "without a password" else PASSWORD,
                    full_name=f"Measured {number}",
                    is_active=kind != "left",
                    joined_at=timezone.now(),
                )
            found[kind].append(email)
    return found


@contextmanager
def _no_hashing() -> Iterator[None]:
    """Unknown people get their answer without a hash."""
    with mock.patch.object(WithOrganisation, "_mitigate_timing_attack"):
        yield


@contextmanager
def _no_letter() -> Iterator[None]:
    """Only known people get a letter."""
    send = InvitationOnly.send_mail

    def to_known(self: InvitationOnly, template_prefix: str, email: str, context: dict[str, object]) -> None:
        if "unknown" not in template_prefix:
            send(self, template_prefix, email, context)

    with ExitStack() as stack:
        stack.enter_context(mock.patch.object(InvitationOnly, "send_mail", to_known))
        yield
