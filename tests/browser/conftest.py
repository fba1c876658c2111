"""A real Chromium, for what only a browser can show."""

import os
import shutil
import threading
from pathlib import Path
from urllib.request import urlopen

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test.testcases import LiveServerThread
from playwright.sync_api import expect, sync_playwright

SCREENSHOTS = Path(__file__).resolve().parents[2] / "var" / "look"
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
# A page that is closed sends what was typed last, and may do so when nobody waits for it any more.
LEAVE_NOTHING = """() => ["pagehide", "visibilitychange"].forEach((name) =>
  window.addEventListener(name, (event) => event.stopImmediatePropagation(), { capture: true }))"""
# Only what is broken takes so long: pages are made, sent and drawn while all other tests run.
PATIENCE_S = 60
expect.set_options(timeout=PATIENCE_S * 1000)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("browser")


def _chromium_path():
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None and os.environ.get("CI") == "true":
        pytest.fail("There is no Chromium: no page was looked at. Install the package chromium.")
    if path is None:
        pytest.skip("NO PAGE WAS LOOKED AT: there is no Chromium. Install the package chromium.")
    return path


# Per module, because the loop Playwright leaves running would stop the asyncio tests of other modules.
@pytest.fixture(scope="module")
def chromium():
    path = _chromium_path()
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium):
    """Return a function that opens an empty page in a fresh session; in the end no page may have had an error."""
    contexts, errors = [], []

    def _open(*, width=1280, scheme="light", **options):
        context = chromium.new_context(
            viewport={"width": width, "height": 800},
            color_scheme=scheme,
            locale="nl-BE",
            timezone_id="Europe/Brussels",
            **options,
        )
        contexts.append(context)
        context.set_default_timeout(PATIENCE_S * 1000)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda line: errors.append(line.text) if _is_policy_breach(line) else None)
        return page

    yield _open
    for page in [page for context in contexts for page in context.pages]:
        page.evaluate(LEAVE_NOTHING)
    for context in contexts:
        context.close()
    _await_requests()
    assert errors == []


def _await_requests():
    """Wait for what a closed page had still asked: a text being kept would hold the tables that are emptied next."""
    for server in [thread for thread in threading.enumerate() if isinstance(thread, LiveServerThread)]:
        # What came before this is being served once this is answered.
        urlopen(f"http://{server.host}:{server.port}/healthz", timeout=PATIENCE_S).close()
    serving = [thread for thread in threading.enumerate() if "process_request_thread" in thread.name]
    for thread in serving:
        thread.join(timeout=PATIENCE_S)
    assert [thread.name for thread in serving if thread.is_alive()] == []


def _is_policy_breach(line):
    return line.type == "error" and "Content Security Policy" in line.text


@pytest.fixture
def page(open_page):
    return open_page()


@pytest.fixture(scope="session")
def assert_accessible():
    """Return a check of a page: WCAG 2.2 AA and best practice by axe, and no sideways scrolling."""

    def _check(page):
        violations = Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}}).response["violations"]
        assert [(found["id"], [node["target"] for node in found["nodes"]]) for found in violations] == []
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")

    return _check


@pytest.fixture(scope="session")
def look_at():
    """Return a function that keeps a picture of the whole page in var/look/, for people to look at."""

    def _keep(page, name):
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)

    return _keep


@pytest.fixture
def live_site(live_server):
    """Return the address of the whole product, served from this process."""
    return live_server.url
