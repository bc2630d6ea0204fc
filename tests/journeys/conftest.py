"""A real browser on a real server: who signs in, what they see, and that nothing went wrong behind the scenes."""

from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from accounts.models import Person
from tests.browser import CHROMIUM, DESKTOP, FLAGS, PHONE, TABLET

SignIn = Callable[..., Page]
PATIENCE = 10_000  # milliseconds, for what is clicked and for what is expected alike
expect.set_options(timeout=PATIENCE)

__all__ = ["DESKTOP", "PHONE", "TABLET", "SignIn", "is_wider_than_the_screen", "violations"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "/journeys/" in str(item.path):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Headless Chromium."""
    if not CHROMIUM:
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def open_page(browser: Browser, live_server, settings) -> Iterator[SignIn]:
    """`open_page(person)` gives a page of a fresh browser in which that person is signed in (None: nobody).

    Keywords: `size` (width, height), `dark`, `javascript`. At the end of the test no page may have logged an error
    or a refusal of the content security policy; a test that expects one empties `page.problems`.
    """
    settings.PORTAL_URL = live_server.url  # so that links in letters and on pages lead here
    contexts: list[BrowserContext] = []
    pages: list[Page] = []

    def sign_in(
        person: Person | None = None,
        *,
        size: tuple[int, int] = DESKTOP,
        dark: bool = False,
        javascript: bool = True,
    ) -> Page:
        context = browser.new_context(
            base_url=live_server.url,
            viewport={"width": size[0], "height": size[1]},
            color_scheme="dark" if dark else "light",
            java_script_enabled=javascript,
            locale="en-GB",
            accept_downloads=True,
        )
        contexts.append(context)
        if person is not None:
            client = Client()
            client.force_login(person)
            cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
            context.add_cookies(
                [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}]
            )
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.problems = []  # type: ignore[attr-defined]
        page.on("pageerror", lambda error: page.problems.append(str(error)))  # type: ignore[attr-defined]
        page.on(
            "console",
            lambda said: page.problems.append(said.text) if said.type == "error" else None,  # type: ignore[attr-defined]
        )
        pages.append(page)
        return page

    yield sign_in
    problems = [problem for page in pages for problem in page.problems]  # type: ignore[attr-defined]
    for context in contexts:
        context.close()
    assert problems == []


def violations(page: Page) -> list[str]:
    """What axe finds on the page as it stands, one line each; contrast, names, roles, landmarks and more."""
    # Without preload axe reads no style sheet anew, which the content security policy would refuse and log.
    found = Axe().run(page, options={"preload": False}).response["violations"]
    return [
        f"{page.url} {rule['id']}: {rule['help']}: {' | '.join(node['html'][:160] for node in rule['nodes'][:3])}"
        for rule in found
    ]


def is_wider_than_the_screen(page: Page) -> bool:
    """Whether the page itself (not a table inside its frame) scrolls sideways."""
    return bool(
        page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth + 1")
    )
