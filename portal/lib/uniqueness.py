"""What may be there once only, when two people write it in the same instant."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError, transaction


@contextmanager
def once_only(constraint: str, refusal: Exception) -> Iterator[None]:
    """Raises `refusal` where the block breaks the unique constraint of this name, and leaves the transaction usable.

    Forms look before they write; only the database can decide between two who looked at the same moment.
    """
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if _broken(error) != constraint:
            raise
        raise refusal from error


def _broken(error: IntegrityError) -> str:
    return str(getattr(getattr(error.__cause__, "diag", None), "constraint_name", "") or "")
