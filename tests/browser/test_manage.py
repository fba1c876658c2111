"""Every kind of page of /beheer/ in a real browser, narrow and wide, light and dark."""

import pytest
from playwright.sync_api import expect

from helpdesk.accounts.models import Team
from helpdesk.kernel.models import EventDelivery, OutboxEvent
from tests import factories

PAGES = (
    "/beheer/",
    "/beheer/mensen/",
    "/beheer/mensen/nieuw/",
    "/beheer/mensen/{agent}/",
    "/beheer/mensen/{agent}/geschiedenis/",
    "/beheer/mensen/{agent}/besturen/",
    "/beheer/wachtrijen/?q=niets",
    "/beheer/wachtrijen/{queue}/",
    "/beheer/api-sleutels/nieuw/",
    "/beheer/besturen/{organisation}/",
    "/beheer/achtergrondwerk/",
    "/beheer/mails/",
)
LOOKS = [(360, "light"), (360, "dark"), (1280, "light"), (1280, "dark")]


@pytest.fixture
def manage(transactional_db, settings, live_site, client, open_page):
    """Return a function that gives a page in which an administrator is signed in, and the keys of what is there."""
    settings.DEMO = False
    queue = factories.queue()
    organisation = factories.organisation("Aalter")
    agent = factories.agent("Bram De Smet", queues=(queue,))
    factories.accounts.add_membership(actor=factories.SYSTEM, person=agent.person, organisation=organisation)
    event = OutboxEvent.objects.create(name="ticket.opened", payload={})
    EventDelivery.objects.create(
        event=event, subscriber="gone", lane="fast", state="dead", due_at=event.created_at, last_error="a\nOSError: b"
    )
    client.force_login(factories.user("Wim Goossens", roles=("admin",)))
    cookie = {"name": "session", "value": client.cookies["session"].value, "url": live_site}
    keys = {"agent": agent.pk, "queue": queue.pk, "organisation": organisation.pk}

    def _open(**options):
        page = open_page(**options)
        page.context.add_cookies([cookie])
        return page, keys

    return _open


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_every_page_can_be_used_by_everybody(manage, live_site, assert_accessible, width, scheme):
    page, keys = manage(width=width, scheme=scheme)
    for address in PAGES:
        answer = page.goto(live_site + address.format(**keys))
        assert (address, answer.status) == (address, 200)
        assert_accessible(page)


def test_a_refused_form_keeps_what_was_typed_and_leads_to_the_field(manage, live_site, assert_accessible):
    page, _keys = manage()
    page.goto(f"{live_site}/beheer/mensen/nieuw/")
    page.fill("[name=name]", "Nadia El Amrani")
    with page.expect_navigation():
        page.click("main form[method=post] button[type=submit]")

    assert_accessible(page)
    assert page.input_value("[name=name]") == "Nadia El Amrani"
    page.click("#error-summary a >> nth=0")
    expect(page.locator("[name=email]")).to_be_focused()


def test_a_team_is_made_without_javascript(manage, live_site):
    page, _keys = manage(java_script_enabled=False)
    page.goto(f"{live_site}/beheer/teams/")
    page.click("main a.button")
    page.fill("[name=name]", "Contactpunt")
    page.click("main form[method=post] button[type=submit]")

    expect(page.locator("h1")).to_have_text("Contactpunt")
    assert Team.objects.filter(name="Contactpunt").count() == 1
