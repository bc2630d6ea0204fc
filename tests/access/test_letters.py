"""What leaves the portal by letter, and what waits as a notice, is for the eyes of its reader alone.

Everybody who could be written to is, about everything there is to write about; every text is then searched for
canaries that are not the reader's to see: the rivals' relationship, the other side's own words, another person's.
"""

from collections.abc import Iterable
from datetime import timedelta

import pytest
from django.db import transaction

from accounts import actions as account_actions
from accounts.models import Letter, Person
from governance.models import Clock
from kpis.actions import attend_to_clocks
from kpis.models import Reading
from portal.lib import scope
from relationships import actions
from relationships.models import Role, Seat, Side
from tests.access.world import IDENTITIES, Furnished, World
from tests.cast import NOW, acting, notices_of

EVERYBODY = [name for name, (key, *_rest) in IDENTITIES.items() if key]


def _speak(furnished: Furnished, actor: Person, side: Side) -> None:
    """Comments that name everybody, one shared and one internal."""
    with acting(actor, furnished.relationship):
        names = Person.objects.filter(
            organisation__in=(furnished.relationship.customer, furnished.relationship.provider)
        ).values_list("full_name", flat=True)
        called = " ".join(f"@{name}" for name in names)
        for internal, audience in ((False, "shared"), (True, side.value.lower())):
            actions.comment(
                relationship=furnished.relationship, actor=actor, side=side, now=NOW, internal=internal,
                text=f"{called} {furnished.plant('comment-named', audience)}",
            )  # fmt: skip


def _let_a_clock_run(furnished: Furnished) -> None:
    """A reading that waits for confirmation until after it was reminded of."""
    reading = furnished.rows["reading"]
    with acting(furnished.rows["person"], furnished.relationship):
        clock = Clock.objects.create(
            relationship=furnished.relationship, purpose=Clock.Purpose.CONFIRM_READINGS, side=Side.CUSTOMER, started_at=NOW,
            remind_at=NOW + timedelta(hours=1), due_at=NOW + timedelta(days=9), outcome=Clock.Outcome.RUNNING,
        )  # fmt: skip
        Reading.objects.filter(pk=reading.pk).update(state="SUBMITTED", clock=clock)


def _invite(furnished: Furnished, actor: Person) -> None:
    account_actions.invite_person(
        email=f"invited-{actor.pk}@example.org", actor=actor, now=NOW, link_to=lambda token: f"https://x/{token}/",
        full_name=furnished.plant("invited-name", f"org{actor.organisation_id}"),
    )  # fmt: skip


def _settle_what_waits(furnished: Furnished, actor: Person, side: Side) -> None:
    with acting(actor, furnished.relationship):
        actions.decline_agreement(
            agreement_id=furnished.rows["agreement"].pk, version=1, actor=actor, side=side, now=NOW,
            reason=furnished.plant("decline-reason"),
        )  # fmt: skip


@pytest.fixture
def written(world: World) -> World:
    for furnished, customer, provider in (
        (world.own, world.cast.amara, world.cast.jonas),
        (world.foreign, world.cast.outsider, world.cast.rival_provider),
    ):
        _speak(furnished, customer, Side.CUSTOMER)
        _speak(furnished, provider, Side.PROVIDER)
        _let_a_clock_run(furnished)
        _invite(furnished, customer)
        _settle_what_waits(furnished, provider, Side.PROVIDER)
    _work_in_the_background(written_in=(world.own, world.foreign))
    return world


def _work_in_the_background(*, written_in: Iterable[Furnished]) -> None:
    """What the tasks do for each relationship, in the scope in which they do it."""
    for furnished in written_in:
        relationship = furnished.relationship
        with scope.acting_as(relationship_ids=(relationship.pk,)), transaction.atomic():
            actions.write_letters_of_waiting(now=NOW)
            attend_to_clocks(relationship=relationship, now=NOW + timedelta(hours=2))


def _all(letters: Iterable[Letter]) -> str:
    return "\n".join(f"{letter.subject}\n{letter.body}" for letter in letters)


def test_letters_tell_each_reader_only_what_is_theirs(written: World) -> None:
    told = 0
    for identity in EVERYBODY:
        person = written.person(identity)
        assert person is not None
        text = _all(Letter.objects.filter(to=person.email))
        assert written.leaks(identity, text) == [], identity
        told += written.own.canary(audience="shared") in text or written.foreign.canary() in text
    # There was something to leak: leads of the side that waits were written to, with names and titles in it.
    assert told >= 3


def test_no_letter_repeats_what_was_said_internally_or_to_one_person(written: World) -> None:
    text = _all(Letter.objects.all())
    for furnished in (written.own, written.foreign):
        for audience in ("customer", "provider"):
            assert furnished.canary(audience=audience) not in text
    assert "-person" not in text


def test_a_letter_to_somebody_not_in_yet_tells_who_invites_and_nothing_of_the_work(written: World) -> None:
    outside = Letter.objects.filter(to__startswith="invited-")
    assert outside.count() == 2
    assert "canary" not in _all(outside)


def test_notices_tell_each_reader_only_what_is_theirs(written: World) -> None:
    told = 0
    for identity in EVERYBODY:
        person = written.person(identity)
        assert person is not None
        text = "\n".join(notice.text for notice in notices_of(person))
        assert written.leaks(identity, text) == [], identity
        told += written.own.canary() in text or written.foreign.canary() in text
    assert told >= 3


def test_a_lead_whose_seat_or_sign_in_has_ended_is_not_written_to(world: World) -> None:
    cast = world.cast
    with acting(cast.jonas, cast.own):
        lead = Seat.objects.get(relationship=cast.own, person=cast.jonas)
        for person in (cast.lena, cast.ingrid):
            Seat.objects.create(
                relationship=cast.own, side=Side.PROVIDER, person=person, role=Role.LEAD, started_at=NOW
            )
        Seat.objects.filter(pk=lead.pk).update(ended_at=NOW)
    Person.objects.filter(pk=cast.lena.pk).update(is_active=False)
    _work_in_the_background(written_in=(world.own,))
    to = set(Letter.objects.values_list("to", flat=True))
    assert cast.ingrid.email in to
    assert not to & {cast.jonas.email, cast.lena.email, world.revoked.email}
