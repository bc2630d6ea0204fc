"""The trail: written by the database, append-only, one chain per relationship; every tampering is found."""

import os

import pytest
from django.db import DatabaseError, connections, transaction

from portal.lib.refusals import sqlstate
from relationships import actions
from relationships.audit import heads, verify
from relationships.models import AuditEntry, Relationship, Side
from tests.cast import NOW, acting
from tests.walls.tampers import TAMPERINGS, tamper

TAMPERS = int(os.environ.get("AUDIT_TAMPERS", "60"))
everything = pytest.mark.django_db(transaction=True, databases=["default", "batch", "owner"])


@pytest.mark.django_db
def test_bulk_changes_and_plain_updates_are_entered_with_their_author(cast):
    with acting(cast.amara, cast.own):
        before = AuditEntry.objects.count()
        Relationship.objects.filter(pk=cast.own.pk).update(service="Desk and field service")
        entry = AuditEntry.objects.order_by("-seq").first()
        assert AuditEntry.objects.count() == before + 1
    assert (entry.table_name, entry.operation, entry.person_id) == (
        "relationships_relationship",
        "U",
        cast.amara.pk,
    )
    assert entry.before["service"] == "IT service desk"
    assert entry.after["service"] == "Desk and field service"


@pytest.mark.django_db
@pytest.mark.parametrize("statement", ["UPDATE {} SET seq = seq + 1", "DELETE FROM {}", "TRUNCATE {}"])
def test_the_trail_is_append_only(cast, statement):
    with acting(cast.amara, cast.own):
        for table in ("relationships_auditentry", "kpis_readingpast"):
            statement_here = statement.replace("seq = seq + 1", "id = id") if "past" in table else statement
            with (
                pytest.raises(DatabaseError) as caught,
                transaction.atomic(),
                connections["default"].cursor() as cursor,
            ):
                cursor.execute(statement_here.format(table))
            assert sqlstate(caught.value) == "42501"


@everything
def test_untouched_chains_are_sound(cast, furnished):
    report = verify()
    assert report.is_sound
    assert report.chains == 2
    assert report.links > 40


@everything
def test_every_tampering_is_found_and_a_blind_check_finds_none(cast, furnished):
    """Even the owner's tampering: each is done, looked for, and undone."""
    done, found, found_blindly = tamper(TAMPERS)
    print(
        f"\n{found.total()} of {done.total()} tamperings found, {len(done)} kinds; a blind check found {found_blindly}."
    )
    assert done.total() == TAMPERS
    assert set(done) == set(TAMPERINGS)
    assert found == done
    assert found_blindly == 0
    assert verify().is_sound


@everything
def test_a_chain_rewritten_together_with_its_head_is_found_by_kept_heads(cast, furnished):
    kept = heads()
    with connections["owner"].cursor() as cursor:
        chain = f"relationship:{cast.own.pk}"
        cursor.execute("SELECT max(seq) FROM relationships_auditentry WHERE chain = %s", [chain])
        (last,) = cursor.fetchone()
        cursor.execute("DELETE FROM relationships_auditentry WHERE chain = %s AND seq = %s", [chain, last])
        cursor.execute(
            "UPDATE relationships_audithead h SET seq = e.seq, hash = e.hash FROM relationships_auditentry e"
            " WHERE h.chain = %s AND e.chain = h.chain AND e.seq = %s",
            [chain, last - 1],
        )
    assert verify().is_sound
    assert not verify(kept=kept).is_sound


@everything
def test_what_is_rolled_back_leaves_no_trace(cast):
    before = heads()
    with acting(cast.amara, cast.own):
        actions.comment(
            relationship=cast.own, actor=cast.amara, side=Side.CUSTOMER, now=NOW, text="never said"
        )
        transaction.set_rollback(True)
    assert heads() == before
