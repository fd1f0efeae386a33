"""Pickup plans: made with a form, opened by a secret link, made anew when one drops out, taken along as files."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from geo.access.floods import TooManySent
from geo.access.guessing import client_address
from geo.sourcing.plans import services
from geo.sourcing.plans.services import Seen
from geo.spatial.problems import Conflict, InvalidParameter, NotFound, Unavailable
from geo.web import words
from geo.web.boot import boot
from geo.web.heads import site
from geo.web.modules import first_graph
from geo.web.plans import carried, files
from geo.web.plans import form as forms
from geo.web.plans.changes import changes
from geo.web.plans.page import Shown
from geo.web.private_pages import private_page
from geo.web.records.common import qr_code
from geo.web.security import policy


@require_http_methods(["GET", "HEAD", "POST"])
@private_page
def new(request: HttpRequest) -> HttpResponse:
    """Show the form of a plan, filled with what another page hands over; or make the plan it asks for.

    What is handed over are the form's own fields, by GET, or by POST with ``prefill``.
    """
    if request.method != "POST":
        return _form_page(request, forms.posted(request.GET.dict()) if request.GET else forms.empty())
    form = forms.posted({name: str(value) for name, value in request.POST.items()})
    if request.POST.get("prefill"):
        return _form_page(request, form)
    if request.POST.get("more"):
        form.lorries.append({**dict.fromkeys(forms.LORRY, ""), "from": "06:00", "until": "18:00"})
        return _form_page(request, form)
    return _made(request, form, None)


@require_http_methods(["GET", "HEAD", "POST"])
@private_page
def edit(request: HttpRequest, token: str) -> HttpResponse:
    """Show the form of a plan of one's own, or make the plan anew as it asks."""
    seen = _own(token)
    if request.method != "POST":
        now = services.newest(seen.plan)
        filled = forms.filled(now.asked)
        filled.version = str(now.number)
        return _form_page(request, filled, seen)
    form = forms.posted({name: str(value) for name, value in request.POST.items()})
    if request.POST.get("more"):
        form.lorries.append({**dict.fromkeys(forms.LORRY, ""), "from": "06:00", "until": "18:00"})
        return _form_page(request, form, seen)
    return _made(request, form, seen)


def _made(request: HttpRequest, form: forms.Form, seen: Seen | None) -> HttpResponse:
    try:
        document = forms.document(form)
        if seen is None:
            plan = services.make(document, client_address(request))
        else:
            plan = seen.plan
            services.change(plan, document, version_of(form.version))
    except InvalidParameter as problem:
        forms.explain(form, problem)
        return _form_page(request, form, seen, 422)
    except Conflict as problem:
        form.problem = problem.message
        return _form_page(request, form, seen, 409)
    except (TooManySent, Unavailable) as problem:
        form.problem = problem.message
        return _form_page(request, form, seen, 429 if isinstance(problem, TooManySent) else 503)
    return HttpResponseRedirect(reverse("web:plan", args=[plan.key]))


def _form_page(request: HttpRequest, form: forms.Form, seen: Seen | None = None, status: int = 200) -> HttpResponse:
    context = {
        "home": reverse("web:map"),
        "form": form,
        "rows": [
            {
                "number": row + 1,
                "fields": [_cell(form, name, row, cells[name]) for name in forms.LORRY],
                "also": cells.get("also", ""),
                "also_said": carried.lorry_said(carried.read(cells.get("also", ""))),
            }
            for row, cells in enumerate(form.lorries)
        ],
        "seen": seen,
    }
    return render(request, "web/plans/form.html", context, status=status)


def _cell(form: forms.Form, name: str, row: int, value: str) -> dict[str, Any]:
    label, kind = forms.CELLS[name]
    key = f"{name}_{row}"
    return {"key": key, "name": name, "label": label, "kind": kind, "value": value, "wrong": form.field_ == key}


@require_safe
@private_page
def plan(request: HttpRequest, token: str) -> HttpResponse:
    """Show a plan to whoever has one of its secrets."""
    seen = services.find(token)
    versions = list(seen.plan.versions.order_by("-number")[:2])
    now = versions[0] if versions else services.newest(seen.plan)
    shown = Shown(now)
    own = site(request)
    lorries, modules = shown.lorries(), first_graph()
    context = {
        "home": reverse("web:map"),
        "seen": seen,
        "version": now,
        "title": seen.plan.title or _("Pickup plan"),
        "day": words.day(seen.plan.day),
        "lorries": lorries,
        "codes": {line.mark: qr_code(line.links[1].href) for lorry in lorries for line in lorry.stops if line.links},
        "left": shown.left(),
        "idle": shown.idle(),
        "start": shown.start(),
        "totals": shown.totals(),
        "cost": shown.cost(),
        "note": files.note(shown),
        "estimate": shown.found["estimate"],
        "changes": changes(versions[1], now) if len(versions) > 1 else [],
        "link": own + reverse("web:plan", args=[seen.plan.link]) if seen.plan.link else "",
        "address": request.build_absolute_uri(request.path),
        "stops": shown.stops,
        "data": shown.on_map(),
        "boot": boot(),
        "modules": modules,
    }
    response = render(request, "web/plans/plan.html", context)
    if modules is not None:
        response.headers["Content-Security-Policy"] = policy(modules.import_map)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@require_POST
@private_page
def change(request: HttpRequest, token: str) -> HttpResponse:
    """Do to one's own plan what a button says: drop stops, share it anew, share it no longer, erase it."""
    seen = _own(token)
    does = request.POST.get("do", "")
    if does == "drop":
        chosen = request.POST.getlist("stop")
        numbers = [int(one) for one in chosen if one.isascii() and one.isdigit() and len(one) < 4]
        services.without(seen.plan, numbers, version_of(request.POST.get("version", "")))
    elif does == "share":
        services.share(seen.plan)
    elif does == "revoke":
        services.revoke(seen.plan)
    elif does == "erase":
        services.erase(seen.plan)
        messages.success(request, _("The plan has been erased, with its links."))
        return HttpResponseRedirect(reverse("web:plan-new"))
    else:
        raise InvalidParameter("do", _("Choose what to do."))
    return HttpResponseRedirect(reverse("web:plan", args=[token]))


@require_safe
@private_page
def download(request: HttpRequest, token: str, name: str) -> HttpResponse:
    """Give a plan as a file."""
    if name not in files.FILES:
        raise NotFound(_("There is nothing at this address."))
    seen = services.find(token)
    make, media_type = files.FILES[name]
    response = HttpResponse(make(Shown(services.newest(seen.plan))), content_type=media_type)
    stem, _dot, kind = name.partition(".")
    response.headers["Content-Disposition"] = f'attachment; filename="{stem}-{seen.plan.day.isoformat()}.{kind}"'
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def version_of(text: str) -> int | None:
    """Return the version that a form was shown for, if it says so."""
    return int(text) if text.isascii() and text.isdigit() else None


def _own(token: str) -> Seen:
    """Return a plan to who may change it. Raises: NotFound to who may only look."""
    seen = services.find(token)
    if not seen.is_own:
        raise NotFound(_("With this link the plan can only be looked at."))
    return seen
