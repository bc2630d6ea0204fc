"""Static files: one style sheet instead of thirty, names with a hash of their content, compressed once.

The look is written as many small sheets that `css/app.css` imports into layers. Browsers would fetch an import only
after the sheet that names it; collectstatic therefore puts each imported sheet in the place of its import, inside
`@layer`. In development nothing is flattened and the imports work as they stand.
"""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any, Final

from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

FLATTENED: Final = "css/app.css"
IMPORT: Final = re.compile(r'@import url\("([^"]+)"\) layer\(([a-z]+)\);')
Sources = dict[str, tuple[Any, str]]


class FlattenedManifestStorage(CompressedManifestStaticFilesStorage):
    """Hashed and compressed static files whose style sheet imports are already resolved."""

    support_js_module_import_aggregation = True
    # Only our own modules: htmx' extensions speak of files that are not there.
    _js_module_import_aggregation_patterns = (
        "js/*.js",
        CompressedManifestStaticFilesStorage._js_module_import_aggregation_patterns[1],  # noqa: SLF001
    )

    def post_process(self, paths: Sources, dry_run: bool = False, **options: Any) -> Iterator[Any]:
        """Flattens the style sheet, then hashes and compresses as usual."""
        if FLATTENED in paths and not dry_run:
            flat = flatten(self._text(FLATTENED), lambda name: self._text(f"css/{name}"))
            self.delete(FLATTENED)
            self.save(FLATTENED, ContentFile(flat.encode()))
            paths[FLATTENED] = (self, FLATTENED)
        yield from super().post_process(paths, dry_run, **options)

    def _text(self, name: str) -> str:
        with self.open(name) as file:
            content: bytes = file.read()
        return content.decode()


def flatten(sheet: str, read: Any) -> str:
    """`sheet` with each import replaced by the text `read(name)` gives, addresses made to fit the outer folder."""

    def put_in(found: re.Match[str]) -> str:
        name, layer = found.groups()
        folder = PurePosixPath(name).parent
        text = re.sub(
            r'url\("(?!data:|https?:|/)([^"]+)"\)',
            lambda link: f'url("{_normal(folder / link[1])}")',
            read(name),
        )
        return f"@layer {layer} {{\n{text}}}\n"

    return IMPORT.sub(put_in, sheet)


def _normal(path: PurePosixPath) -> str:
    parts: list[str] = []
    for part in path.parts:
        if part == ".." and parts and parts[-1] != "..":
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)
