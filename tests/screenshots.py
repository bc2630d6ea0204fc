"""Pictures of the product, made by the product: `make screenshots` renews those of the README.

Starts servers of its own, builds the demonstration and photographs it in headless Chromium.
`python -m tests.screenshots --tour FOLDER` photographs every page for every person in light and dark on three
screens, for people who want to look at all of it.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from portal.lib.servers import embedded_servers, free_port
from tests.browser import CHROMIUM, DESKTOP, FLAGS, PHONE, TABLET

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images"


@dataclass(frozen=True)
class Shot:
    """One picture: who looks at which address."""

    name: str
    email: str
    path: str


CUSTOMER, PROVIDER = "amara.okafor@northwind.example", "lena.fischer@brightwater.example"
PROVIDER_LEAD = "jonas.berg@brightwater.example"
EXECUTIVE, ADMIN = "helen.marsh@northwind.example", "owen.price@northwind.example"
README = (
    Shot("overview", CUSTOMER, "/relationships/{r}/"),
    Shot("kpi", CUSTOMER, "/kpis/{flexed}/"),
    Shot("grid", PROVIDER, "/relationships/{r}/readings/"),
    Shot("portfolio", EXECUTIVE, "/portfolio/"),
)
TOUR = (
    Shot("sign-in", "", "/accounts/login/"),
    Shot("reset", "", "/accounts/password/reset/"),
    Shot("home", CUSTOMER, "/"),
    Shot("home-provider", PROVIDER, "/"),
    Shot("overview", CUSTOMER, "/relationships/{r}/"),
    Shot("goals", CUSTOMER, "/relationships/{r}/goals/"),
    Shot("goal-new", CUSTOMER, "/relationships/{r}/goals/new/"),
    Shot("kpi-new", CUSTOMER, "/relationships/{r}/kpis/new/"),
    Shot("kpi", CUSTOMER, "/kpis/{k}/"),
    Shot("kpi-range", CUSTOMER, "/kpis/{k6}/"),
    Shot("kpi-definition", CUSTOMER, "/kpis/{k}/definition/"),
    Shot("band-new", CUSTOMER, "/kpis/{k}/band-revisions/new/"),
    Shot("flex-kpi", CUSTOMER, "/kpis/{flexed}/"),
    Shot("flex-band-new", CUSTOMER, "/kpis/{flexed}/band-revisions/new/"),
    Shot("flex-room", CUSTOMER, "/kpis/{flexed}/wiggle-room/"),
    Shot("flex-signals", CUSTOMER, "/kpis/{flexed}/signals/"),
    Shot("flex-rebase-new", CUSTOMER, "/kpis/{flexed}/rebases/new/"),
    Shot("flex-reading", CUSTOMER, "/kpis/{flexed}/readings/{day}/"),
    Shot("flex-environments", CUSTOMER, "/relationships/{r}/environments/"),
    Shot("flex-environment-new", CUSTOMER, "/relationships/{r}/environments/new/"),
    Shot("flex-environment", CUSTOMER, "/environments/{environment}/"),
    Shot("flex-spell-new", PROVIDER_LEAD, "/relationships/{r}/spells/new/?environment={environment}"),
    Shot("flex-spell-agreement", CUSTOMER, "/agreements/{spell}/"),
    Shot("flex-band-agreement", CUSTOMER, "/agreements/{package}/"),
    Shot("flex-drivers", PROVIDER, "/relationships/{r}/drivers/"),
    Shot("flex-driver-new", PROVIDER_LEAD, "/relationships/{r}/drivers/new/"),
    Shot("flex-driver", PROVIDER, "/kpis/{driver}/"),
    Shot("flex-reviews", CUSTOMER, "/relationships/{r}/reviews/"),
    Shot("flex-review", CUSTOMER, "/reviews/{review}/"),
    Shot("flex-pulses", CUSTOMER, "/relationships/{r}/pulses/"),
    Shot("flex-pulse", CUSTOMER, "/pulses/{pulse}/"),
    Shot("weights", CUSTOMER, "/relationships/{r}/weights/"),
    Shot("calendars", CUSTOMER, "/relationships/{r}/calendars/"),
    Shot("grid", PROVIDER, "/relationships/{r}/readings/"),
    Shot("grid-customer", CUSTOMER, "/relationships/{r}/readings/"),
    Shot("uploads", PROVIDER, "/relationships/{r}/uploads/"),
    Shot("timeline", CUSTOMER, "/relationships/{r}/timeline/"),
    Shot("agreements", CUSTOMER, "/relationships/{r}/agreements/"),
    Shot("agreement", CUSTOMER, "/agreements/{a}/"),
    Shot("contracts", CUSTOMER, "/relationships/{r}/contracts/"),
    Shot("people", CUSTOMER, "/relationships/{r}/people/"),
    Shot("score", CUSTOMER, "/relationships/{r}/shared-value/"),
    Shot("terms-new", CUSTOMER, "/relationships/{r}/score-terms/new/"),
    Shot("statement-new", CUSTOMER, "/relationships/{r}/statements/new/"),
    Shot("portfolio", EXECUTIVE, "/portfolio/"),
    Shot("relationships", CUSTOMER, "/relationships/"),
    Shot("relationship-new", CUSTOMER, "/relationships/new/"),
    Shot("import", CUSTOMER, "/relationships/import/"),
    Shot("search", CUSTOMER, "/search/?q=call"),
    Shot("profile", CUSTOMER, "/profile/"),
    Shot("notices", CUSTOMER, "/notices/"),
    Shot("organisation", ADMIN, "/organisation/"),
    Shot("runs", ADMIN, "/score-runs/"),
    Shot("method", CUSTOMER, "/method/"),
    Shot("gallery", CUSTOMER, "/gallery/"),
    Shot("missing", CUSTOMER, "/relationships/999999/"),
)


@contextmanager
def running_demo() -> Iterator[tuple[str, dict[str, Any]]]:
    """The address of a demonstration on servers of its own, and the ids that addresses are filled with."""
    with tempfile.TemporaryDirectory(prefix="common-ground-pictures-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)
        with embedded_servers(folder / "servers", durable=False) as servers:
            environment = {
                **os.environ,
                **servers.environment(),
                "PORTAL_ENV": "development",
                "PORTAL_VAR": str(folder / "var"),
                "DJANGO_SETTINGS_MODULE": "portal.settings",
            }

            def manage(*arguments: str) -> str:
                return subprocess.run(
                    [sys.executable, "manage.py", *arguments],
                    cwd=ROOT, env=environment, check=True, capture_output=True, text=True,
                ).stdout  # fmt: skip

            manage("migrate", "--database", "owner", "-v0")
            manage("collectstatic", "--noinput", "-v0")
            manage("seed_demo")
            manage("recompute_scores", "--as-of", str(date.today() - timedelta(days=1)))
            ids = manage("shell", "-v0", "-c", IDS)
            port = free_port()
            web = subprocess.Popen(
                [
                    sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port), "--workers", "1",
                    "portal.wsgi:application",
                ],
                cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )  # fmt: skip
            try:
                address = f"http://127.0.0.1:{port}"
                _wait_for(address)
                yield address, json.loads(ids)
            finally:
                web.terminate()
                web.wait()


IDS = """
import json
from kpis.models import BandRevision, Environment, Kpi, Reading, Review
from relationships.models import Agreement, Pulse, Relationship
relationship = Relationship.objects.using("batch").order_by("pk").first()
kpis = Kpi.objects.using("batch").filter(relationship=relationship).order_by("position")
agreements = Agreement.objects.using("batch").filter(relationship=relationship).order_by("pk")
moved = Reading.objects.using("batch").filter(kpi=kpis[1], flexing__flex_rule__isnull=False).order_by("period_start")
flex = BandRevision.objects.using("batch").filter(kpi=kpis[1], flex_rules__isnull=False).order_by("pk")


def first(model):
    found = model.objects.using("batch").filter(relationship=relationship).order_by("pk").first()
    return found.pk if found else 0


print(
    json.dumps(
        {
            "r": relationship.pk,
            "k": kpis[0].pk,
            "k6": kpis[5].pk,
            "flexed": kpis[1].pk,
            "a": agreements.filter(outcome="OPEN").first().pk,
            "day": moved.first().period_start.isoformat(),
            "environment": first(Environment),
            "spell": agreements.filter(outcome="OPEN", kind="SPELL").first().pk,
            "package": flex.first().agreement_id,
            "driver": Kpi.objects.using("batch").filter(relationship=relationship, is_driver=True).first().pk,
            "review": first(Review),
            "pulse": first(Pulse),
        }
    )
)
"""


def _wait_for(address: str) -> None:
    for _attempt in range(600):
        try:
            with urllib.request.urlopen(f"{address}/healthz/", timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(address)


def _signed_in(browser: Browser, address: str, email: str, size: tuple[int, int], *, dark: bool) -> Page:
    from portal.demo.story import PASSWORD

    context = browser.new_context(
        base_url=address,
        viewport={"width": size[0], "height": size[1]},
        color_scheme="dark" if dark else "light",
        locale="en-GB",
        device_scale_factor=1,
    )
    page = context.new_page()
    if email:
        page.goto("/accounts/login/")
        page.locator("input[name=login]").fill(email)
        page.locator("input[name=password]").fill(PASSWORD)
        page.locator("form button[type=submit]").last.click()
        page.wait_for_load_state()
    return page


def renew_readme(browser: Browser, address: str, ids: dict[str, Any]) -> None:
    """The pictures that README and docs show."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    for shot in README:
        page = _signed_in(browser, address, shot.email, (1280, 860), dark=False)
        page.goto(shot.path.format(**ids))
        page.wait_for_load_state("networkidle")
        page.screenshot(path=IMAGES / f"{shot.name}.png")
        page.context.close()


def tour(browser: Browser, address: str, ids: dict[str, Any], folder: Path, only: str) -> None:
    """Every page, whole, in light and dark on three screens."""
    folder.mkdir(parents=True, exist_ok=True)
    for size, dark in ((DESKTOP, False), (DESKTOP, True), (TABLET, False), (PHONE, False), (PHONE, True)):
        pages: dict[str, Page] = {}
        for shot in TOUR:
            if only and only not in shot.name:
                continue
            if shot.email not in pages:
                pages[shot.email] = _signed_in(browser, address, shot.email, size, dark=dark)
            page = pages[shot.email]
            page.goto(shot.path.format(**ids))
            page.wait_for_load_state("networkidle")
            name = f"{shot.name}-{size[0]}-{'dark' if dark else 'light'}.png"
            page.screenshot(path=folder / name, full_page=True)
        for page in pages.values():
            page.context.close()


def main() -> None:
    """Takes the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tour", type=Path, metavar="FOLDER")
    parser.add_argument("--only", default="", help="part of a page's name")
    options = parser.parse_args()
    with running_demo() as (address, ids), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        if options.tour:
            tour(browser, address, ids, options.tour, options.only)
        else:
            renew_readme(browser, address, ids)
        browser.close()


if __name__ == "__main__":
    main()
