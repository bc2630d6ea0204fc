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


def compile_releases(releases: list[Json]) -> Json:
    """One release out of several of the same process, oldest first by date."""
    compiled: Json = {}
    for release in sorted(releases, key=lambda r: text_of(r.get("date"))):
        compiled = merged(compiled, release)
    return compiled


def merged(old: Mapping[str, Any], new: Mapping[str, Any]) -> Json:
    """`old` completed and corrected by `new`; a null takes a field away."""
    result = dict(old)
    for key, value in new.items():
        if value is None:
            result.pop(key, None)
        elif isinstance(value, dict):
            result[key] = merged(object_of(result.get(key)), value)
        elif _has_ids(value):
            result[key] = _merged_lists(objects(result.get(key)), value)
        else:
            result[key] = value
    return result


def _has_ids(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(v, dict) and "id" in v for v in value)


def _merged_lists(old: list[Json], new: list[Json]) -> list[Json]:
    by_id = {text_of(item.get("id")): item for item in old}
    for item in new:
        key = text_of(item["id"])
        by_id[key] = merged(by_id.get(key, {}), item)
    return list(by_id.values())
