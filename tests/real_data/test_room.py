"""Whether a plan was carried out is asked as a command asks it: outside any transaction, on a fresh connection."""

import pytest
from django.db import connection

from accounts.models import Organisation
from portal.lib import scope
from portal.real_data import franchise
from portal.real_data.room import is_here
from tests.cast import NOW


@pytest.mark.django_db(transaction=True)
def test_a_second_start_finds_what_the_first_one_made():
    assert not is_here(franchise.PLAN)
    Organisation.objects.create(
        name="Ministry",
        reference=f"real-data:{franchise.PLAN.customer.key}",
        is_customer=True,
        created_at=NOW,
    )
    connection.close()
    with scope.acting_as():
        assert not is_here(franchise.PLAN)
