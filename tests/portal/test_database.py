"""The tests themselves stand on the roles that production has."""

import pytest
from django.db import connection, connections


@pytest.mark.django_db(databases=["default", "batch"])
def test_people_are_served_by_a_role_that_row_level_security_holds():
    for alias, bypasses in (("default", False), ("batch", True)):
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
            assert cursor.fetchone() == (False, bypasses)


@pytest.mark.django_db
def test_the_applications_role_owns_nothing():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_class WHERE relowner = current_user::regrole")
        assert cursor.fetchone() == (0,)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_again", [1, 2])
def test_transactional_tests_start_from_nothing(_again):
    from django.utils import timezone

    from accounts.models import Letter

    now = timezone.now()
    Letter.objects.create(
        key="one", to="a@example.org", subject="s", body="b", created_at=now, next_attempt_at=now
    )
    assert Letter.objects.count() == 1
