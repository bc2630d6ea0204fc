"""Spells from a table: look at what each row would propose, then propose those that can be."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from kpis.actions.spell_import import ToldSpell, propose_spells
from kpis.forms.spell_import import SpellFileForm, SpellRowsForm
from kpis.spreadsheets.refusals import EncodingUnknown, FileRefused
from kpis.spreadsheets.spells import DeclaredSpell, read_spells
from kpis.views.goals import context_of
from relationships.access import Standpoint, load_relationship, viewer_of
from relationships.policy import Right


@login_required
@require_http_methods(["GET", "POST"])
def spell_import(request: HttpRequest, relationship_id: int) -> HttpResponse:
    """GET asks for a file; POST of a file shows what it would do, POST of the rows seen proposes them."""
    standpoint = load_relationship(viewer_of(request), relationship_id, needs=Right.PROPOSE)
    if request.method == "POST" and "rows" in request.POST:
        return _propose(request, standpoint)
    form = SpellFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            rows = read_spells(form.cleaned_data["file"].read())
        except EncodingUnknown:
            form.add_error("file", _("Save the table as UTF-8 or as XLSX, so that its letters are certain."))
        except FileRefused as refusal:
            form.add_error("file", str(refusal))
        else:
            return _preview(request, standpoint, form, rows)
    return _page(request, standpoint, form=form)


def _preview(
    request: HttpRequest, standpoint: Standpoint, form: SpellFileForm, rows: list[DeclaredSpell]
) -> HttpResponse:
    told = _told(standpoint, rows, is_preview=True)
    good = [one.row for one in told if not one.problem]
    back = SpellRowsForm(initial={"rows": SpellRowsForm.written(good)})
    return _page(request, standpoint, form=form, told=told, good=len(good), back=back)


def _propose(request: HttpRequest, standpoint: Standpoint) -> HttpResponse:
    back = SpellRowsForm(request.POST)
    if not back.is_valid():
        messages.error(request, " ".join(str(error) for error in back.errors["rows"]))
        return _page(request, standpoint, form=SpellFileForm())
    told = _told(standpoint, back.cleaned_data["rows"], is_preview=False)
    proposed = sum(one.agreement_id is not None for one in told)
    said = ngettext(
        "%(count)d spell is proposed and signed for %(name)s. It waits for the other side.",
        "%(count)d spells are proposed and signed for %(name)s. They wait for the other side.",
        proposed,
    )
    messages.success(request, said % {"count": proposed, "name": standpoint.organisation.name})
    return _page(request, standpoint, form=SpellFileForm(), told=told, is_done=True)


def _told(standpoint: Standpoint, rows: list[DeclaredSpell], *, is_preview: bool) -> list[ToldSpell]:
    return propose_spells(
        relationship=standpoint.relationship,
        rows=rows,
        actor=standpoint.person,
        side=standpoint.side,
        now=timezone.now(),
        is_preview=is_preview,
    )


def _page(request: HttpRequest, standpoint: Standpoint, **more: Any) -> HttpResponse:
    return render(request, "kpis/spell_import.html", context_of(standpoint, **more))
