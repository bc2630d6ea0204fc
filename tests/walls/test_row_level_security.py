"""The second wall: what PostgreSQL itself keeps from a role that asks for too much."""

import pytest
from django.db import DatabaseError, connection, transaction

from kpis.models import ReadingPast
from portal.lib.refusals import sqlstate
from relationships.models import AuditEntry, Relationship, TimelineEntry
from tests.cast import acting

pytestmark = pytest.mark.django_db


def refused(action, code="42501"):
    with pytest.raises(DatabaseError) as caught, transaction.atomic():
        action()
    assert sqlstate(caught.value) == code


def test_own_rows_are_there_and_foreign_rows_are_not(cast, furnished):
    own, foreign = furnished
    with acting(cast.amara, cast.own):
        for name, row in own.items():
            assert type(row)._base_manager.filter(pk=row.pk).count() == 1, name
        for name, row in foreign.items():
            assert type(row)._base_manager.filter(pk=row.pk).count() == 0, name
        assert list(Relationship.objects.values_list("pk", flat=True)) == [cast.own.pk]
        assert set(ReadingPast.objects.values_list("relationship_id", flat=True)) == {cast.own.pk}
        assert set(AuditEntry.objects.values_list("relationship_id", flat=True)) == {cast.own.pk}


def test_foreign_rows_are_neither_changed_nor_deleted(cast, furnished):
    _own, foreign = furnished
    with acting(cast.amara, cast.own):
        for name, row in foreign.items():
            rows = type(row)._base_manager.filter(pk=row.pk)
            assert rows.update(relationship=cast.own) == 0, name
            assert rows._raw_delete(using="default") == 0, name


def test_nothing_is_written_into_a_foreign_relationship(cast, furnished):
    own, _foreign = furnished
    with acting(cast.amara, cast.own):
        for row in own.values():
            if row._meta.pk.name != "id":
                continue
            copy = type(row)._base_manager.get(pk=row.pk)
            copy.pk, copy.relationship_id = None, cast.foreign.pk
            copy._state.adding = True
            refused(copy.save)


def test_own_rows_are_not_moved_into_a_foreign_relationship(cast, furnished):
    own, _foreign = furnished
    with acting(cast.amara, cast.own):
        rows = type(own["goal"])._base_manager.filter(pk=own["goal"].pk)
        refused(lambda: rows.update(relationship_id=cast.foreign.pk))


def test_a_row_of_one_relationship_cannot_lean_on_a_row_of_another(cast, furnished):
    """Foreign-key checks ignore row-level security, so the keys themselves carry the relationship."""
    own, foreign = furnished

    def lean():
        type(own["kpi"])._base_manager.filter(pk=own["kpi"].pk).update(goal_id=foreign["goal"].pk)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    with acting(cast.amara, cast.own):
        refused(lean, code="23503")


def test_without_a_scope_the_database_raises_instead_of_showing_nothing(furnished):
    for model in (Relationship, TimelineEntry):
        with pytest.raises(DatabaseError), transaction.atomic():
            list(model.objects.all())


def test_what_is_internal_to_the_other_side_is_not_there(cast, internal_line):
    with acting(cast.priya, cast.own):
        assert TimelineEntry.objects.filter(pk=internal_line.pk).exists()
    with acting(cast.jonas, cast.own):
        assert not TimelineEntry.objects.filter(pk=internal_line.pk).exists()
    with acting(cast.outsider):
        assert not TimelineEntry.objects.filter(pk=internal_line.pk).exists()


def test_the_trail_does_not_tell_either(cast, internal_line):
    told = AuditEntry.objects.filter(table_name="relationships_timelineentry", row_id=internal_line.pk)
    with acting(cast.priya, cast.own):
        assert told.count() == 1
    with acting(cast.jonas, cast.own):
        assert told.count() == 0
        assert AuditEntry.objects.exists()


def test_the_scope_ends_with_the_transaction(cast):
    with acting(cast.amara, cast.own):
        assert Relationship.objects.count() == 1
    with acting(cast.outsider):
        assert list(Relationship.objects.values_list("pk", flat=True)) == [cast.foreign.pk]
