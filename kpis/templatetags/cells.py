"""Cells of the readings grid as markup; written in plain Python because a grid has hundreds of them."""

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from kpis.queries.cells import Cell
from kpis.queries.grid import Line

register = template.Library()


@register.simple_tag
def cells(line: Line) -> SafeString:
    """All cells of a line."""
    blank = (
        f'<td class="cell cell-none"><span class="visually-hidden">{escape(_("not measured"))}</span></td>'
    )
    parts = [blank if cell is None else f"{_opening(cell)}</td>" for cell in line.cells]
    return mark_safe("".join(parts))  # noqa: S308  every text in it went through escape()


@register.simple_tag
def cell_opening(cell: Cell, *, is_open: bool = False) -> SafeString:
    """A cell up to its face; whatever else stands in it, and the end of the cell, follow in the template."""
    return mark_safe(_opening(cell, " is-open" if is_open else ""))  # noqa: S308  see above


def _opening(cell: Cell, more: str = "") -> str:
    state = f" is-{cell.state}" if cell.state else ""
    can = ""
    if cell.is_editable:
        can = f' data-cell="{cell.key}" data-version="{cell.version}" data-typed="{escape(cell.typed)}"'
    moved = _("band moved") if cell.is_moved else ""
    words = "".join(f", {word}" for word in (cell.word, moved, cell.state_word) if word)
    said = f'<span class="visually-hidden">{escape(words)}</span>' if words else ""
    return (
        f'<td id="cell-{cell.key}" class="cell cell-{cell.shape}{state}{" is-moved" if moved else ""}{more}"{can}>'
        f'<a class="cell-face" href="{cell.href}">'
        f'<svg class="verdict-shape" viewBox="0 0 14 14" aria-hidden="true"><use href="#mark-{cell.shape}"/></svg>'
        f'<span class="cell-text">{escape(cell.text)}</span>{said}</a>'
    )
