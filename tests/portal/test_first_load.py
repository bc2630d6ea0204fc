"""What a browser fetches for its first page, compressed: little enough for a train in a tunnel."""

import gzip
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

from portal.lib.staticfiles import flatten
from tests.cast import client_for

MOST = 150_000


def size_of(name: str) -> int:
    """Bytes of a static file as it is delivered: the style sheet flattened, everything compressed."""
    path = Path(finders.find(name))
    text = path.read_text()
    if name == "css/app.css":
        text = flatten(text, lambda other: (path.parent / other).read_text())
    return len(gzip.compress(text.encode()))


@pytest.mark.parametrize("address", ["/", "/method/", "/gallery/", "/accounts/password/change/"])
def test_first_load(cast, address):
    page = client_for(cast.amara).get(address).content
    named = set(re.findall(r'(?:src|href)="/static/([^"#?]+)', page.decode()))
    assert {"css/app.css", "js/app.js", "icons.svg"} <= named
    modules = {f"js/{path.name}" for path in Path(finders.find("js/app.js")).parent.glob("*.js")}
    total = len(gzip.compress(page)) + sum(size_of(name) for name in named | modules)
    assert 20_000 < total < MOST


def test_nothing_is_fetched_from_elsewhere(cast):
    for address in ("/", "/method/", "/gallery/"):
        page = client_for(cast.amara).get(address).content.decode()
        assert re.findall(r'(?:src|href)="(?:https?:)?//[^"]+', page) == []
