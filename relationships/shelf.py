"""Where an uploaded package waits between its preview and its import: one file per person, under its own digest."""

import re
from hashlib import sha256

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from accounts.models import Person


def put(person: Person, content: bytes) -> str:
    """Keeps the content for this person in the place of what lay there; returns the digest it is asked for by."""
    clear(person)
    digest = sha256(content).hexdigest()
    default_storage.save(f"{_folder(person)}/{digest}.json", ContentFile(content))
    return digest


def get(person: Person, digest: str) -> bytes | None:
    """What this person put there under the digest; None when it is gone or never was."""
    if not re.fullmatch(r"[0-9a-f]{64}", digest):
        return None
    try:
        with default_storage.open(f"{_folder(person)}/{digest}.json") as file:
            content: bytes = file.read()
    except FileNotFoundError:
        return None
    return content if sha256(content).hexdigest() == digest else None


def clear(person: Person) -> None:
    """Takes away whatever waits for this person."""
    folder = _folder(person)
    try:
        _folders, names = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in names:
        default_storage.delete(f"{folder}/{name}")


def _folder(person: Person) -> str:
    return f"imports/{person.pk}"
