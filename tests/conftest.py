"""Fixtures every test may ask for."""

import pytest

from tests.cast import Cast, assemble


@pytest.fixture
def cast(db: None) -> Cast:
    """The named cast, written anew for each test and rolled back after it."""
    return assemble()
