"""Files that support a reading."""

import hashlib
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from kpis import actions
from kpis.models import Evidence
from relationships.models import Side, TimelineEntry
from tests.cast import NOW, acting
from tests.furniture import add_goal, add_kpi, report

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\nfigures\n%%EOF"


@pytest.fixture
def reading(cast):
    return report(add_kpi(add_goal(cast.own, cast.amara), cast.amara), cast.lena, date(2026, 1, 1), 75)


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def attach(cast, reading, content=PDF, name="export.pdf", *, person=None, side=Side.PROVIDER):
    person = person or cast.lena
    with acting(person, cast.own):
        return actions.add_evidence(
            reading=reading, file=SimpleUploadedFile(name, content), actor=person, side=side, now=NOW
        )


def test_a_file_is_known_by_its_content(cast, reading):
    evidence = attach(cast, reading, name="a picture.png")
    assert (evidence.name, evidence.content_type, evidence.size) == (
        "a picture.png",
        "application/pdf",
        len(PDF),
    )
    assert evidence.sha256 == hashlib.sha256(PDF).hexdigest()
    assert evidence.file.name == f"evidence/2026/03/{evidence.sha256}.pdf" or evidence.file.name.endswith(
        ".pdf"
    )
    with acting(cast.lena, cast.own):
        line = TimelineEntry.objects.order_by("-pk").first()
    assert line.text == "attached “a picture.png” to “First-contact resolution” for Jan 2026"


def test_either_side_may_add_to_the_picture(cast, reading):
    attach(cast, reading)
    attach(cast, reading, b"when,what\n1,2\n", "ours.csv", person=cast.priya, side=Side.CUSTOMER)
    with acting(cast.lena, cast.own):
        kinds = Evidence.objects.filter(reading=reading).order_by("pk").values_list("content_type", flat=True)
        assert list(kinds) == ["application/pdf", "text/csv"]


def test_the_same_file_again_is_the_file_already_there(cast, reading):
    assert attach(cast, reading).pk == attach(cast, reading, name="copy.pdf").pk


def test_what_was_typed_as_a_name_reaches_no_folder(cast, reading):
    evidence = attach(cast, reading, name="..\\..\\etc\\" + "x" * 300 + ".pdf")
    assert ".." not in evidence.file.name
    assert evidence.name == ("x" * 300 + ".pdf")[-200:]


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "empty.pdf"),
        (b"<svg onload=alert(1)>", "a.txt"),
        (b"MZ\x00\x01", "a.pdf"),
        (b"PK\x03\x04junk", "a.xlsx"),
    ],
)
def test_other_files_are_refused(cast, reading, content, name):
    with pytest.raises(actions.EvidenceRefused):
        attach(cast, reading, content, name)
    with acting(cast.lena, cast.own):
        assert not Evidence.objects.exists()
