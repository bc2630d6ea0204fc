"""Several releases of one process read as one: later releases complete and correct earlier ones.

Follows the merge rules of OCDS 1.1 as far as they concern us: objects merge field by field, lists of objects with
an `id` merge by it, any other list is replaced.
"""

from collections.abc import Mapping
from typing import Any

Json = dict[str, Any]


def text_of(value: object) -> str:
    """Text in one line; "" for anything that is no text or number."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)  # 1.0 and 1 are the same identifier
    # Half of a surrogate pair is valid JSON and no text that a database takes.
    clean = str(value).replace("\x00", "").encode("utf-8", "replace").decode()
    return " ".join(clean.split())


def objects(value: object) -> list[Json]:
    """The objects of a list; [] for anything else."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def object_of(value: object) -> Json:
    """The object, or {} for anything else."""
    return value if isinstance(value, dict) else {}


class ById(dict[str, Json]):
    """A list of objects while it is being merged: each under its id, so that merging costs only what is new."""


def compile_releases(releases: list[Json]) -> Json:
    """One release out of several of the same process, oldest first by date."""
    compiled: Json = {}
    for release in sorted(releases, key=lambda r: text_of(r.get("date"))):
        _merge(compiled, release)
    return {key: _settled(value) for key, value in compiled.items()}


def _merge(old: Json, new: Mapping[str, Any]) -> None:
    """Completes and corrects `old` by `new`; a null takes a field away."""
    for key, value in new.items():
        if value is None:
            old.pop(key, None)
        elif isinstance(value, dict):
            inside = old.get(key)
            if not isinstance(inside, dict) or isinstance(inside, ById):
                inside = old[key] = {}
            _merge(inside, value)
        elif _has_ids(value):
            listed = old.get(key)
            if not isinstance(listed, ById):
                listed = old[key] = ById()
            for item in value:
                _merge(listed.setdefault(text_of(item["id"]), {}), item)
        else:
            old[key] = value


def _has_ids(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(v, dict) and "id" in v for v in value)


def _settled(value: Any) -> Any:
    """Lists again where lists were."""
    if isinstance(value, ById):
        return [_settled(dict(item)) for item in value.values()]
    if isinstance(value, dict):
        return {key: _settled(inside) for key, inside in value.items()}
    return value
