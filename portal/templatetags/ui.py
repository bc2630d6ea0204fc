"""The components every page is built from: one tag, one template, one style sheet of the same name.

Tags are template builtins, so pages need no load line. A wrong argument is an error, never a silent blank.
"""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.conf import settings
from django.core.paginator import Page
from django.forms import BaseForm, BoundField, CheckboxInput
from django.http import HttpRequest
from django.template import TemplateSyntaxError
from django.template.context import RequestContext
from django.template.loader import get_template
from django.templatetags.static import static
from django.utils import dateformat, timezone
from django.utils.functional import Promise
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from portal.lib.icons import NAMES
from portal.lib.table_roles import with_roles

register = template.Library()

VERDICTS: Mapping[str, tuple[str, Promise]] = {
    "3": ("3", gettext_lazy("Good")),
    "2": ("2", gettext_lazy("Approaching")),
    "1": ("1", gettext_lazy("Requires improvement")),
    "0": ("0", gettext_lazy("Inadequate")),
    "GOOD": ("3", gettext_lazy("Good")),
    "APPROACHING": ("2", gettext_lazy("Approaching")),
    "REQUIRES_IMPROVEMENT": ("1", gettext_lazy("Requires improvement")),
    "INADEQUATE": ("0", gettext_lazy("Inadequate")),
    "NOT_DUE": ("not-due", gettext_lazy("Not due yet")),
    "MISSING": ("missing", gettext_lazy("Missing")),
    "LATE": ("late", gettext_lazy("Late")),
    "DISPUTED": ("disputed", gettext_lazy("Disputed")),
    "RELIEVED": ("relieved", gettext_lazy("Relieved")),
    "NOT_APPLICABLE": ("not-applicable", gettext_lazy("Not applicable")),
    "None": ("no-band", gettext_lazy("No band yet")),
}
SIDES: Mapping[str, Promise] = {
    "CUSTOMER": gettext_lazy("Customer"),
    "PROVIDER": gettext_lazy("Provider"),
}
BUTTON_KINDS = ("primary", "secondary", "quiet", "grave")
BUTTON_TYPES = ("submit", "button", "reset")
NOTICE_ICONS = {
    "info": "info",
    "done": "circle-check",
    "attention": "triangle-alert",
    "problem": "circle-alert",
}
TAG_KINDS = ("neutral", "accent", "customer", "provider", "attention")
MINUS = "\u2212"
NOTHING = ("", None)
# Stand in no text: browsers cannot send them and the database cannot keep them.
MARK, CUT = "\x00", "\x00\x00"


def _render(name: str, context: dict[str, Any]) -> SafeString:
    return SafeString(get_template(f"components/{name}.html").template.render(_context(context)))  # type: ignore[attr-defined]


def _context(values: dict[str, Any]) -> template.Context:
    return template.Context(values)


def _filled(name: str, texts: Mapping[str, Any], **shape: Any) -> SafeString:
    """A component whose template is drawn once for each `shape` and language; each time only `texts` are filled in.

    For texts that the template prints as they are and asks nothing about except whether they are there.
    """
    there = {MARK + key: conditional_escape(text) for key, text in texts.items() if text not in NOTHING}
    frame = _frame(name, tuple(there), tuple(shape.items()), get_language() or "")
    return SafeString("".join([there.get(part, part) for part in frame]))


@lru_cache(maxsize=1024)
def _frame(
    name: str, texts: tuple[str, ...], shape: tuple[tuple[str, Any], ...], language: str
) -> tuple[str, ...]:
    """The drawn component cut at its texts, whose marked names stand where they belong."""
    marked = {key.strip(MARK): SafeString(f"{CUT}{key}{CUT}") for key in texts}
    return tuple(_render(name, {**dict(shape), **marked}).split(CUT))


def _one_of(tag_name: str, argument: str, value: Any, allowed: Any) -> None:
    if value not in allowed:
        raise TemplateSyntaxError(
            f"{tag_name}: {argument}={value!r} is none of {', '.join(map(str, allowed))}."
        )


def _side(tag_name: str, side: Any) -> str:
    """The side's value ("CUSTOMER"), from a plain string or a choice."""
    value = str(getattr(side, "value", side))
    _one_of(tag_name, "side", value, SIDES)
    return value


# --- Small things in a line ---------------------------------------------------------------------------------


@register.simple_tag
def icon(name: str, *, label: str = "", large: bool = False) -> SafeString:
    """An icon of the sprite; decoration unless it has a label."""
    _one_of("icon", "name", name, NAMES)
    return _icon(f"{_sprite(settings.STATIC_URL)}#{name}", label, large)


@lru_cache(maxsize=8)
def _sprite(at: str) -> str:
    """Its name is worked out once, not for each of the hundred icons of a page."""
    return static("icons.svg")


@lru_cache(maxsize=512)
def _icon(href: str, label: str, large: bool) -> SafeString:
    return _render("icon", {"href": href, "label": label, "large": large})


@register.simple_tag
def verdict(value: int | str | None, *, late_side: Any = "", compact: bool = False) -> SafeString:
    """A verdict (3 Good to 0 Inadequate, or a period's status) as shape and word.

    `late_side` names who is late: "Late from customer". `compact` leaves the word to screen readers.
    None means there is no band to judge by.
    """
    key = str(getattr(value, "value", value))
    _one_of("verdict", "value", key, VERDICTS)
    if late_side:
        _one_of("verdict", "value with late_side", key, ("LATE", "MISSING"))
    return _verdict(key, _side("verdict", late_side) if late_side else "", compact, get_language() or "")


@lru_cache(maxsize=256)
def _verdict(key: str, late_side: str, compact: bool, language: str) -> SafeString:
    """A table shows the same few verdicts again and again; each is drawn once."""
    step, word = VERDICTS[key]
    text = str(word)
    if late_side:
        text = _("Late from customer") if late_side == "CUSTOMER" else _("Late from provider")
    return _render("verdict", {"step": step, "word": text, "compact": compact})


@register.simple_tag
def side_badge(side: Any, organisation: Any = "") -> SafeString:
    """Whose it is: the organisation's name, with the side's hue, shape and word."""
    value = _side("side_badge", side)
    return _side_badge(value, str(organisation or ""), get_language() or "")


@lru_cache(maxsize=512)
def _side_badge(side: str, organisation: str, language: str) -> SafeString:
    word = str(SIDES[side])
    return _render("side_badge", {"side": side.lower(), "word": word, "organisation": organisation})


@register.simple_block_tag
def tag(content: str, *, kind: str = "neutral", icon: str = "") -> SafeString:
    """A short word that classifies."""
    _one_of("tag", "kind", kind, TAG_KINDS)
    return _filled("tag", {"content": content}, kind=kind, icon=icon)


@register.simple_tag
def person_line(
    person: Any,
    *,
    role: str = "",
    side: Any = "",
    organisation: Any = "",
    missing: str = "",
) -> SafeString:
    """A person by name, with role and side; `missing` is said when there is nobody yet."""
    value = _side("person_line", side) if side else ""
    texts = {
        "name": str(person) if person else "",
        "role": role,
        "badge": side_badge(value, organisation) if value else "",
        "missing": missing or _("Nobody named yet"),
    }
    return _filled("person_line", texts)


@register.simple_tag
def date(value: dt.date | dt.datetime | None) -> SafeString:
    """A day as "3 Mar 2026" with the weekday in its title; a dash when there is none."""
    if value is None:
        return SafeString("\u2013")
    if not isinstance(value, dt.date):
        raise TemplateSyntaxError(f"date: {value!r} is not a date.")
    if isinstance(value, dt.datetime):
        value = (timezone.localtime(value) if timezone.is_aware(value) else value).date()
    return _day(value, get_language() or "")


@lru_cache(maxsize=4096)
def _day(day: dt.date, language: str) -> SafeString:
    return _time(day.isoformat(), dateformat.format(day, "l, j F Y"), dateformat.format(day, "j M Y"))


def _time(iso: str, full: str, text: str) -> SafeString:
    return _filled("date", {"iso": iso, "full": full, "text": text})


@register.simple_tag
def moment(value: dt.datetime | None, *, zone: str = "") -> SafeString:
    """A moment as "3 Mar 2026, 14:05" in the reader's time zone (or `zone`), which its title names."""
    if value is None:
        return SafeString("\u2013")
    if not isinstance(value, dt.datetime):
        raise TemplateSyntaxError(f"moment: {value!r} is not a moment.")
    return _moment(value, zone or timezone.get_current_timezone_name(), get_language() or "")


@lru_cache(maxsize=4096)
def _moment(value: dt.datetime, zone: str, language: str) -> SafeString:
    """Equal moments are one, in whatever zone they came; where they are shown is told apart."""
    local = timezone.localtime(value, ZoneInfo(zone))
    return _time(
        value.isoformat(),
        dateformat.format(local, "l, j F Y, H:i T"),
        dateformat.format(local, "j M Y, H:i"),
    )


@register.filter
def figure(value: Decimal | float | None, decimals: int = 0) -> str:
    """A number with grouped thousands, a fixed number of decimals and a real minus sign; a dash for None."""
    if value is None or value == "":
        return "\u2013"
    text = f"{value:,.{int(decimals)}f}"
    if text.lstrip("-0.,") == "":
        text = text.lstrip("-")
    return text.replace("-", MINUS)


# --- Blocks -------------------------------------------------------------------------------------------------


@register.simple_block_tag
def panel(
    content: str,
    *,
    title: str = "",
    id: str = "",
    level: int = 2,
    note: str = "",
    link: str = "",
    link_text: str = "",
    plain: bool = False,
) -> SafeString:
    """A section under a hairline, with a heading, a note and at most one link."""
    _one_of("panel", "level", level, (2, 3, 4))
    if bool(link) != bool(link_text):
        raise TemplateSyntaxError("panel: link and link_text go together.")
    heading_id = f"{id or slugify(title) or 'section'}-heading"
    texts = {"content": content, "title": title, "id": id, "note": note, "link": link, "link_text": link_text}
    return _filled("panel", {**texts, "heading_id": heading_id}, level=level, plain=plain)


@register.simple_block_tag
def empty_state(content: str, *, title: str, icon: str = "") -> SafeString:
    """What will be here once there is something, with room for the first step."""
    return _filled("empty_state", {"content": content, "title": title}, icon=icon)


@register.simple_block_tag
def button(
    content: str,
    *,
    kind: str = "primary",
    type: str = "submit",
    href: str = "",
    name: str = "",
    value: Any = "",
    form: str = "",
    icon: str = "",
    confirm: str = "",
    disabled: bool = False,
    small: bool = False,
) -> SafeString:
    """A button that says its verb, or a link that looks like one when `href` is given.

    `confirm` asks before what cannot be undone; `kind="grave"` is for exactly that.
    """
    _one_of("button", "kind", kind, BUTTON_KINDS)
    _one_of("button", "type", type, BUTTON_TYPES)
    if href and (name or form or confirm or disabled):
        raise TemplateSyntaxError("button: a link takes no name, form, confirm or disabled.")
    texts = {"content": content, "href": href, "name": name, "value": value, "form": form, "confirm": confirm}
    return _filled("button", texts, kind=kind, type=type, icon=icon, disabled=disabled, small=small)


@register.simple_block_tag
def notice(content: str, *, kind: str = "info", title: str = "") -> SafeString:
    """Something the reader should know: info, done, attention or problem."""
    _one_of("notice", "kind", kind, NOTICE_ICONS)
    return _filled("notice", {"content": content, "title": title}, kind=kind, icon=NOTICE_ICONS[kind])


@register.simple_block_tag
def data_table(
    content: str,
    *,
    caption: str,
    show_caption: bool = False,
    dense: bool = False,
    cards: bool = False,
    relaid: bool = False,
    id: str = "",
) -> SafeString:
    """A table (the block holds thead and tbody) that scrolls inside its own frame.

    With `cards` each row is a card on a phone, so that nothing lies beyond the edge; cells say what they are by
    `data-label`, and those of class `phone-less` stand on wider screens only. `relaid` is for a table whose own style
    sheet does something alike: the parts of both keep their roles for readers who listen.
    """
    if cards or relaid:
        content = mark_safe(with_roles(content))  # noqa: S308  markup stays what it was, roles are added
    return _filled(
        "data_table",
        {"content": content, "caption": caption, "id": id},
        show_caption=show_caption,
        dense=dense,
        cards=cards,
        has_roles=cards or relaid,
    )


@register.simple_block_tag
def disclosure(content: str, *, summary: str, open: bool = False, id: str = "") -> SafeString:
    """Something to be opened when wanted."""
    return _filled("disclosure", {"content": content, "summary": summary, "id": id}, open=open)


@register.simple_block_tag
def definition_list(content: str) -> SafeString:
    """Terms and what they are; the block holds `definition` tags."""
    return _filled("definition_list", {"content": content})


@register.simple_block_tag
def definition(content: str, term: str) -> SafeString:
    """One term and what it is."""
    return _filled("definition", {"content": content, "term": term})


@register.simple_block_tag
def tabs(content: str, *, label: str) -> SafeString:
    """Links between the pages of one thing; the block holds `tab` tags."""
    return _filled("tabs", {"content": content, "label": label})


@register.simple_block_tag
def tab(content: str, *, href: str, current: str, key: str, count: int | None = None) -> SafeString:
    """One link of `tabs`, marked when `current` is its key."""
    return _filled("tab", {"content": content, "href": href}, is_current=current == key, count=count)


@register.simple_block_tag
def breadcrumb(content: str) -> SafeString:
    """The way back up; the block holds `crumb` tags."""
    return _filled("breadcrumb", {"content": content})


@register.simple_tag
def crumb(label: Any, href: str = "") -> SafeString:
    """One step of a breadcrumb; without an address it is the page itself."""
    return _filled("crumb", {"label": label, "href": href})


@register.simple_block_tag
def timeline(content: str) -> SafeString:
    """What happened, newest first; the block holds `timeline_entry` tags."""
    return _filled("timeline", {"content": content})


@register.simple_block_tag
def timeline_entry(
    content: str,
    *,
    at: dt.datetime,
    by: Any = "",
    side: Any = "",
    organisation: Any = "",
    internal_to: Any = "",
    href: str = "",
    id: str = "",
) -> SafeString:
    """One line of the timeline; says in words and colour whether both sides or only `internal_to` read it."""
    value = _side("timeline_entry", side) if side else ""
    texts = {
        "content": content,
        "moment": moment(at),
        "by": str(by or ""),
        "side": value.lower(),
        "badge": side_badge(value, organisation) if value else "",
        "internal_to": str(internal_to or ""),
        "href": href,
        "id": id,
    }
    return _filled("timeline_entry", texts)


# --- Figures ------------------------------------------------------------------------------------------------


@register.simple_tag
def stat(label: str, value: Any, *, unit: str = "", note: str = "", large: bool = False) -> SafeString:
    """One figure with its label, unit and a note."""
    return _filled("stat", {"label": label, "value": value, "unit": unit, "note": note}, large=large)


# --- Forms --------------------------------------------------------------------------------------------------


@register.simple_tag
def field(bound: BoundField) -> SafeString:
    """A form field with label, help, errors and the attributes that tie them together for screen readers."""
    if not isinstance(bound, BoundField):
        raise TemplateSyntaxError(f"field: {bound!r} is not a bound form field.")
    if bound.is_hidden:
        return SafeString(str(bound))
    grouped = bool(bound.use_fieldset)
    ids = []
    if bound.help_text:
        ids.append(f"{bound.auto_id}_helptext")
    ids += [f"{bound.auto_id}_error_{n}" for n, _error in enumerate(bound.errors, start=1)]
    described_by = " ".join(ids)
    attrs: dict[str, Any] = {}
    if described_by and not grouped:
        attrs["aria-describedby"] = described_by
    return _render(
        "field",
        {
            "field": bound,
            "widget": bound.as_widget(attrs=attrs),
            "described_by": described_by,
            "grouped": grouped,
            "checkbox": isinstance(bound.field.widget, CheckboxInput),
        },
    )


@register.simple_tag
def form_errors(form: BaseForm) -> SafeString:
    """What a refused form needs, listed at its top with links to the fields; nothing when all is well."""
    if not isinstance(form, BaseForm):
        raise TemplateSyntaxError(f"form_errors: {form!r} is not a form.")
    return _render(
        "form_errors",
        {"form": form, "count": sum(len(errors) for errors in form.errors.values())},
    )


@register.simple_tag(takes_context=True)
def pager(context: RequestContext, page: Page[Any], *, param: str = "page") -> SafeString:
    """Links to the neighbouring pages of a list that keep the rest of the query."""
    if not isinstance(page, Page):
        raise TemplateSyntaxError(f"pager: {page!r} is not a page of a paginator.")
    request: HttpRequest = context["request"]

    def address(number: int) -> str:
        query = request.GET.copy()
        query[param] = str(number)
        return f"?{query.urlencode()}"

    return _render(
        "pager",
        {
            "page": page,
            "previous": address(page.previous_page_number()) if page.has_previous() else "",
            "next": address(page.next_page_number()) if page.has_next() else "",
        },
    )
