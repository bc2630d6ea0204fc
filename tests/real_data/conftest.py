"""Where the real data are, and a clear word when they are not."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder named by REAL_DATA, else the one beside the checkout."""
    named = os.environ.get("REAL_DATA")
    folder = Path(named) if named else ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"no real data: neither REAL_DATA nor {folder} is there")
    return folder
