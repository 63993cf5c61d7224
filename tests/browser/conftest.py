"""A Chromium that cannot reach the network, and the fixture's site opened from files."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Dialog, Page, sync_playwright

from gx.data_docs.build import build_site
from tests.data_docs import documents

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking"),
    *("--disable-component-update", "--disable-default-apps", "--disable-sync", "--no-first-run"),
    "--host-resolver-rules=MAP * ~NOTFOUND",
]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium; absent, the tests are skipped, except where they must run (``CI``)."""
    if not CHROMIUM.exists():
        reason = f"{CHROMIUM} is not installed (Debian: apt-get install chromium)"
        if os.environ.get("CI", "").lower() in ("1", "true"):
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pages of a green daily run and a red season audit."""
    runs = [documents.red_audit(passing=12), documents.green_daily(passing=12)]
    return build_site(runs, tmp_path_factory.mktemp("site"), documents.catalogue()).parent


@pytest.fixture(scope="session")
def small_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site with every kind of page, with few passing rules and keys: for checks that look at every element."""
    run = documents.red_audit(passing=3) | {"overviews": documents.overviews()}
    for rule in (rule for table in run["tables"] for rule in table["rules"]):
        rule["failing_keys"] = rule["failing_keys"][:5]
    runs = [documents.green_daily(passing=3), run]
    return build_site(runs, tmp_path_factory.mktemp("small"), documents.catalogue()).parent


@pytest.fixture(scope="session")
def hostile_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pages of a run whose values are hostile."""
    return build_site([documents.hostile()], tmp_path_factory.mktemp("hostile")).parent


class Watched:
    """A page whose console, errors, dialogs and requests are written down."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.trouble: list[str] = []
        page.on("console", lambda message: self.trouble.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: self.trouble.append(f"error: {error}"))
        page.on("dialog", self._dialog)
        page.on("request", lambda request: self._request(request.url))
        page.route(lambda url: not url.startswith("file://"), lambda route: route.abort())

    def _dialog(self, dialog: Dialog) -> None:
        self.trouble.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _request(self, url: str) -> None:
        if not url.startswith("file://") or not re.split(r"[?#]", url)[0].endswith(".html"):
            self.trouble.append(f"request: {url}")

    def open(self, path: Path) -> Page:
        """Goes to a file."""
        self.page.goto(path.as_uri())
        return self.page


@pytest.fixture
def watched(browser: Browser) -> Iterator[Watched]:
    """A light page of 1440 by 900; a test that uses it fails on any console message, error, dialog or request."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, color_scheme="light")
    watching = Watched(context.new_page())
    yield watching
    context.close()
    assert watching.trouble == []
