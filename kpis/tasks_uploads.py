"""Uploads that are too large to be applied while somebody waits."""

from datetime import timedelta
from typing import Final

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from accounts.models import Person
from kpis.actions.upload_application import apply_upload, refuse_upload
from kpis.actions.upload_report import role_has_ended
from kpis.models import Upload
from portal.lib import scope
from relationships.access import look_up_viewer
from relationships.policy import Right, rights_of

LEFT_ALONE_FOR: Final = timedelta(minutes=5)


@shared_task(name="kpis.apply_upload")
def apply(*, upload_id: int, relationship_id: int, person_id: int) -> None:
    """Applies an upload with the eyes of its sender; safe to run twice and to kill at any line.

    Whose role ended in the meantime reports nothing more.
    """
    with scope.acting_as(), transaction.atomic():
        person = Person.objects.get(pk=person_id)
    viewer = look_up_viewer(person)
    may_report = person.is_active and Right.REPORT in rights_of(viewer.roles.get(relationship_id, ()))
    with scope.acting_as(
        person_id=person_id,
        organisation_id=person.organisation_id or 0,
        relationship_ids=(relationship_id,),
    ):
        if may_report:
            apply_upload(upload_id=upload_id, now=timezone.now())
        else:
            refuse_upload(upload_id=upload_id, text=role_has_ended(), now=timezone.now())


@shared_task(name="kpis.resume_uploads")
def resume() -> int:
    """Goes on with uploads whose worker or message was lost; returns how many there were.

    One that is still running loses nothing by it: each portion is taken by whoever commits it first.
    """
    long_ago = timezone.now() - LEFT_ALONE_FOR
    waiting = Upload.objects.using("batch").filter(state=Upload.State.APPLYING, uploaded_at__lte=long_ago)
    found = list(waiting.values_list("pk", "relationship_id", "uploaded_by_id"))
    for upload_id, relationship_id, person_id in found:
        apply(upload_id=upload_id, relationship_id=relationship_id, person_id=person_id)
    return len(found)
