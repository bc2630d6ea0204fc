"""The tree of contracts, one contract, and its documents."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from relationships import actions, files, queries
from relationships.access import Standpoint, load_contract, load_document, load_relationship, viewer_of
from relationships.forms import ContractForm, DocumentForm
from relationships.models import Contract
from relationships.policy import Right

MOST_ENTRIES = 50


def _context(standpoint: Standpoint, **more: object) -> dict[str, object]:
    return {
        "standpoint": standpoint,
        "relationship": standpoint.relationship,
        "tab": "contracts",
        "today": timezone.localdate(),
        **more,
    }


@login_required
@require_GET
def contracts(request: HttpRequest, relationship_id: int) -> HttpResponse:
    """Master agreements with work orders and amendments under them."""
    standpoint = load_relationship(viewer_of(request), relationship_id)
    branches = queries.contract_tree(standpoint.relationship, on=timezone.localdate())
    unguarded = sum(branch.lacks_accountable for branch in branches)
    return render(
        request, "relationships/contracts.html", _context(standpoint, branches=branches, unguarded=unguarded)
    )


@login_required
@require_http_methods(["GET", "POST"])
def contract_new(request: HttpRequest, relationship_id: int) -> HttpResponse:
    """Writes a contract down: a master agreement, or with `kind` and `under` what stands under another."""
    viewer = viewer_of(request)
    standpoint = load_relationship(viewer, relationship_id, needs=Right.CONTRIBUTE)
    kind = request.GET.get("kind", Contract.Kind.MASTER)
    under = request.GET.get("under", "")
    is_number = under.isascii() and under.isdecimal() and len(under) < 19
    parent = load_contract(viewer, int(under))[0] if is_number else None
    if kind not in Contract.Kind.values:
        raise Http404
    try:
        actions.contracts.check_parent(standpoint.relationship, kind, parent)
    except actions.ParentDoesNotFit as refusal:
        raise Http404 from refusal
    initial = {"currency": parent.currency if parent else standpoint.relationship.currency}
    form = ContractForm(request.POST or None, initial=initial, relationship=standpoint.relationship)
    if request.method == "POST" and form.is_valid():
        try:
            contract = actions.add_contract(
                relationship=standpoint.relationship,
                kind=kind,
                parent=parent,
                terms=form.terms(),
                actor=standpoint.person,
                side=standpoint.side,
                now=timezone.now(),
            )
        except actions.NotAccountable as refusal:  # their seat ended while the form was filled in
            form.add_error("accountable", str(refusal))
        else:
            return redirect("relationships:contract", contract_id=contract.pk)
    context = _context(standpoint, form=form, parent=parent, kind=Contract.Kind(kind).label)
    return render(request, "relationships/contract_new.html", context)


@login_required
@require_GET
def contract(request: HttpRequest, contract_id: int) -> HttpResponse:
    """One contract with what stands under it and its documents."""
    found, standpoint = load_contract(viewer_of(request), contract_id)
    tree = queries.contract_tree(standpoint.relationship, on=timezone.localdate())
    branch = next(branch for branch in tree if branch.contract.pk == found.pk)
    about = f"contract:{found.pk}"
    context = _context(
        standpoint,
        contract=found,
        branch=branch,
        ancestors=branch.ancestors,
        documents=list(branch.contract.documents.all()),
        about=about,
        entries=queries.get_timeline(standpoint, about=about)[:MOST_ENTRIES],
    )
    return render(request, "relationships/contract.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def contract_terms(request: HttpRequest, contract_id: int) -> HttpResponse:
    """Changes what is written down; two people who change at once both see both values."""
    found, standpoint = load_contract(viewer_of(request), contract_id, needs=Right.CONTRIBUTE)
    form = ContractForm(
        request.POST or None,
        initial=ContractForm.showing(found),
        relationship=standpoint.relationship,
        contract=found,
    )
    changed_meanwhile = False
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_contract(
                contract=found,
                version=form.cleaned_data["version"] or 0,
                terms=form.terms(),
                actor=standpoint.person,
                side=standpoint.side,
                now=timezone.now(),
            )
        except actions.VersionHasMoved:
            changed_meanwhile = True
            found = load_contract(viewer_of(request), contract_id)[0]
        except actions.NotAccountable as refusal:
            form.add_error("accountable", str(refusal))
        else:
            return redirect("relationships:contract", contract_id=found.pk)
    context = _context(
        standpoint,
        form=form,
        contract=found,
        changed_meanwhile=changed_meanwhile,
        differences=form.differences(found) if changed_meanwhile else [],
        version=_version_shown(request, found, changed_meanwhile=changed_meanwhile),
    )
    status = 409 if changed_meanwhile else 200
    return render(request, "relationships/contract_terms.html", context, status=status)


def _version_shown(request: HttpRequest, found: Contract, *, changed_meanwhile: bool) -> str:
    """The version the reader has seen: what they posted, until they were shown a newer one."""
    posted = request.POST.get("version", "")
    return posted if posted and not changed_meanwhile else str(found.version)


@login_required
@require_http_methods(["GET", "POST"])
def documents(request: HttpRequest, contract_id: int) -> HttpResponse:
    """Adds a document to a contract, as a file or as an address."""
    found, standpoint = load_contract(viewer_of(request), contract_id, needs=Right.CONTRIBUTE)
    form = DocumentForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        _add_document(found, standpoint, form)
        messages.success(request, _("“%(name)s” is added.") % {"name": form.cleaned_data["name"]})
        return redirect("relationships:contract", contract_id=found.pk)
    context = _context(standpoint, contract=found, form=form)
    return render(request, "relationships/document_new.html", context)


def _add_document(contract: Contract, standpoint: Standpoint, form: DocumentForm) -> None:
    given = form.cleaned_data
    acting: dict[str, Any] = {"actor": standpoint.person, "side": standpoint.side, "now": timezone.now()}
    if given["file"] is not None:
        actions.upload_document(contract=contract, name=given["name"], file=given["file"], **acting)
    else:
        actions.link_document(contract=contract, name=given["name"], url=given["url"], **acting)


@login_required
@require_GET
def document(request: HttpRequest, document_id: int) -> FileResponse:
    """Hands out an uploaded file, always as an attachment."""
    found, _standpoint = load_document(viewer_of(request), document_id)
    if not found.file or not found.file.storage.exists(found.file.name or ""):
        raise Http404
    name = f"{slugify(found.name) or 'document'}{files.SUFFIXES.get(found.content_type, '')}"
    response = FileResponse(
        found.file.open("rb"), as_attachment=True, filename=name, content_type=found.content_type
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    return response
