"""The icon sprite: the few icons the portal uses, drawn once from the lucide package into one SVG file.

Run `python -m portal.lib.icons` after adding a name; pages refer to the sprite by `{% icon "name" %}`.
"""

import importlib.resources
import io
import re
from pathlib import Path
from zipfile import ZipFile

NAMES = (
    "arrow-down",
    "arrow-left",
    "arrow-right",
    "arrow-up",
    "bell",
    "building-2",
    "calendar",
    "check",
    "chevron-down",
    "chevron-left",
    "chevron-right",
    "circle-alert",
    "circle-check",
    "circle-question-mark",
    "clock",
    "download",
    "ellipsis",
    "external-link",
    "eye",
    "eye-off",
    "file-text",
    "flag",
    "globe",
    "handshake",
    "history",
    "inbox",
    "info",
    "key-round",
    "link",
    "lock",
    "log-out",
    "message-square",
    "minus",
    "paperclip",
    "pen-line",
    "plus",
    "scale",
    "search",
    "settings",
    "shield",
    "signature",
    "sun-moon",
    "target",
    "trending-down",
    "trending-up",
    "triangle-alert",
    "undo-2",
    "upload",
    "user-round",
    "users",
    "x",
)
SPRITE = Path(__file__).resolve().parents[2] / "static" / "icons.svg"


def draw_sprite() -> str:
    """The text of the sprite: one <symbol> per name. Raises KeyError for a name lucide does not know."""
    archive = importlib.resources.files("lucide").joinpath("lucide.zip").read_bytes()
    with ZipFile(io.BytesIO(archive)) as icons:
        symbols = [_symbol(name, icons.read(f"{name}.svg").decode()) for name in NAMES]
    return (
        '<svg xmlns="http://www.w3.org/2000/svg">\n'
        "<!-- Icons: Lucide (https://lucide.dev), ISC licence. -->\n" + "\n".join(symbols) + "\n</svg>\n"
    )


def _symbol(name: str, svg: str) -> str:
    shapes = re.search(r"<svg[^>]*>(.*)</svg>", svg, re.DOTALL)
    if shapes is None:
        raise ValueError(f"{name} is not an SVG drawing.")
    return f'<symbol id="{name}" viewBox="0 0 24 24">{" ".join(shapes[1].split())}</symbol>'


if __name__ == "__main__":
    SPRITE.write_text(draw_sprite())
