"""Lists, forms and histories: the same for every section."""

import pytest

from helpdesk.accounts import services as accounts
from helpdesk.accounts.events import AccessChanged
from helpdesk.accounts.models import Team
from helpdesk.catalogue.models import Application, Category
from helpdesk.desk.manage.history import history_of
from helpdesk.desk.manage.sections import SECTIONS
from helpdesk.kernel.models import OutboxEvent
from helpdesk.tickets.models import Queue, QueueRoute
from tests import factories

HOSTILE = "\x00 Naam\r\nBcc: iemand@aalter.example \u202e<script>alert(1)</script>\x1b"
CLEAN = "Naam Bcc: iemand@aalter.example <script>alert(1)</script>"


def _told(row, section):
    """Who did it and what, newest first, as the history page says it."""
    trails = next(each for each in SECTIONS if each.key == section).trails(row)
    return [(entry.actor, [(each.label, each.old, each.new) for each in entry.changes]) for entry in history_of(trails)]


def _access_changed():
    return sorted(
        event.payload["user_id"] for event in OutboxEvent.objects.filter(name=AccessChanged.name, fanned_out_at=None)
    )


def test_a_queue_is_made_with_its_teams_and_the_history_names_the_administrator(as_admin):
    factories.agent("Bram De Smet")
    team = Team.objects.get()
    team.name = "Contactpunt"
    team.save()

    answer = as_admin.post(
        "/beheer/wachtrijen/nieuw/", {"name": "Tweede lijn", "slug": "Tweede-Lijn", "teams": team.pk}
    )

    queue = Queue.objects.get(slug="tweede-lijn")
    assert answer["Location"] == f"/beheer/wachtrijen/{queue.pk}/"
    assert _told(queue, "queues") == [
        ("Wim Goossens", [
            ("korte naam", "", "tweede-lijn"), ("naam", "", "Tweede lijn"),
            ("krijgt wat geen route heeft", "", "nee"), ("teams", "", "Contactpunt"),
        ]),
    ]  # fmt: skip


def test_who_serves_a_queue_no_longer_or_from_now_on_is_told_at_once(as_admin, sent, run_outbox):
    queue = factories.queue()
    leaving = factories.agent("Bram De Smet", queues=(queue,))
    coming, staying = factories.agent("Nadia El Amrani"), factories.agent("Ilse Maes", queues=(queue,))
    run_outbox()
    page = as_admin.get(f"/beheer/wachtrijen/{queue.pk}/")
    teams = [coming.teams.get().pk, staying.teams.get().pk]

    as_admin.post(f"/beheer/wachtrijen/{queue.pk}/", sent(page) | {"teams": teams})

    assert _access_changed() == sorted([leaving.pk, coming.pk])
    assert set(queue.teams.values_list("pk", flat=True)) == set(teams)


def test_a_new_default_queue_takes_over_and_the_last_one_stays(as_admin, sent):
    old, new = factories.queue("intake", default=True), factories.queue("loket", default=False)

    taken = as_admin.post(
        f"/beheer/wachtrijen/{new.pk}/", sent(as_admin.get(f"/beheer/wachtrijen/{new.pk}/")) | {"is_default": "on"}
    )
    values = sent(as_admin.get(f"/beheer/wachtrijen/{new.pk}/"))
    values.pop("is_default")
    refused = as_admin.post(f"/beheer/wachtrijen/{new.pk}/", values)

    assert (taken.status_code, refused.status_code) == (302, 422)
    assert list(Queue.objects.filter(is_default=True)) == [new]
    assert _told(old, "queues")[0] == ("Wim Goossens", [("krijgt wat geen route heeft", "ja", "nee")])


def test_a_route_can_be_set_changed_and_ended(as_admin, sent):
    intake, loket = factories.queue(), factories.queue("loket")
    application = factories.application("magda")
    address = f"/beheer/routes/{application.pk}/"

    for queue in (intake, loket, None):
        values = {"version": sent(as_admin.get(address))["version"], "queue": queue.pk if queue else ""}
        assert as_admin.post(address, values).status_code == 302

    assert not QueueRoute.objects.exists()
    rows = QueueRoute.history.order_by("history_id").values_list("history_user_id", "history_type", "queue_id")
    admin = f"user:{as_admin.session['_auth_user_id']}"
    assert list(rows) == [(admin, "+", intake.pk), (admin, "~", loket.pk), (admin, "-", loket.pk)]


def test_an_application_is_made_and_changed_but_its_short_name_stays(as_admin, sent):
    as_admin.post("/beheer/toepassingen/nieuw/", {"name": "MAGDA", "slug": "magda", "is_active": "on"})
    application = Application.objects.get(slug="magda")
    address = f"/beheer/toepassingen/{application.pk}/"

    as_admin.post(address, sent(as_admin.get(address)) | {"slug": "anders", "owner": "Digitaal Vlaanderen"})

    application.refresh_from_db()
    assert (application.slug, application.owner) == ("magda", "Digitaal Vlaanderen")
    assert application.history.first().history_user_id == f"user:{as_admin.session['_auth_user_id']}"


def test_a_category_is_renamed_and_taken_out_of_use_but_its_code_stays(as_admin, sent):
    category = factories.category("toegang.geen_recht")
    address = f"/beheer/categorieen/{category.pk}/"

    as_admin.post(address, {"version": sent(as_admin.get(address))["version"], "label": "Geen recht", "code": "x"})

    row = Category.objects.get()
    assert (row.code, row.label, row.is_active) == ("toegang.geen_recht", "Geen recht", False)
    assert row.history.first().history_change_reason == "change_category"


def test_a_team_gets_members_and_they_are_told(as_admin, sent, run_outbox):
    agent = factories.user("Nadia El Amrani", roles=("agent",))
    team = Team.objects.create(name="Contactpunt")
    run_outbox()
    address = f"/beheer/teams/{team.pk}/"

    as_admin.post(address, sent(as_admin.get(address)) | {"members": [agent.pk], "name": "Eerste lijn"})

    assert (list(team.members.all()), _access_changed()) == ([agent], [agent.pk])
    assert _told(team, "teams")[0] == (
        "Wim Goossens", [("naam", "Contactpunt", "Eerste lijn"), ("leden", "", "Nadia El Amrani")],
    )  # fmt: skip


@pytest.mark.parametrize("number", ["9" * 20, "-1", "x"])
def test_a_row_that_cannot_be_is_refused(as_admin, number):
    answer = as_admin.post("/beheer/teams/nieuw/", {"name": "Team", "members": number, "version": ""})

    assert (answer.status_code, Team.objects.filter(name="Team").exists()) == (422, False)


def test_an_official_cannot_be_put_in_a_team(as_admin):
    official = factories.official()

    answer = as_admin.post("/beheer/teams/nieuw/", {"name": "Contactpunt", "members": [official.pk]})

    assert (answer.status_code, Team.objects.count()) == (422, 0)


def test_who_saves_second_is_told_and_may_then_replace(as_admin, sent):
    queue = factories.queue()
    address = f"/beheer/wachtrijen/{queue.pk}/"
    mine = sent(as_admin.get(address)) | {"name": "Van mij"}
    as_admin.post(address, sent(as_admin.get(address)) | {"name": "Van een ander"})

    told = as_admin.post(address, mine)
    between = Queue.objects.get().name
    again = as_admin.post(address, mine | {"version": told.context["form"].version})

    assert (told.status_code, between, again.status_code) == (409, "Van een ander", 302)
    assert told.context["form"]["name"].value() == "Van mij"
    assert "Wim Goossens" in told.content.decode()
    assert Queue.objects.get().name == "Van mij"


def test_a_form_without_its_version_saves_nothing(as_admin):
    queue = factories.queue()

    answer = as_admin.post(f"/beheer/wachtrijen/{queue.pk}/", {"name": "Anders", "is_default": "on"})

    assert (answer.status_code, Queue.objects.get().name) == (409, "Intake")


@pytest.mark.parametrize(
    ("address", "values"),
    [
        ("wachtrijen", {"name": "intake", "slug": "anders"}),
        ("wachtrijen", {"name": "Anders", "slug": "intake"}),
        ("teams", {"name": "contactpunt"}),
        ("toepassingen", {"name": "x", "slug": "loket"}),
        ("mensen", {"name": "An", "email": "an@aalter.example", "username": "KOEN"}),
    ],
)
def test_what_exists_already_is_refused_with_the_field_that_is_wrong(as_admin, address, values):
    factories.queue()
    factories.application("loket")
    Team.objects.create(name="Contactpunt")
    accounts.create_user(actor=factories.SYSTEM, username="koen", person=factories.person("Koen Wouters"))

    answer = as_admin.post(f"/beheer/{address}/nieuw/", values)

    assert (answer.status_code, len(answer.context["form"].errors)) == (422, 1)


@pytest.mark.parametrize("section", [each for each in SECTIONS if each.form], ids=lambda each: each.key)
def test_hostile_text_in_any_field_is_stored_clean_or_refused(as_admin, section):
    factories.queue()
    fields = section.form(row=None).fields if section.create else {}
    for name in fields:
        answer = as_admin.post(f"/beheer/{section.slug}/nieuw/", dict.fromkeys(fields, "1") | {name: HOSTILE})
        assert answer.status_code in {200, 302, 422}
    for name in ("q", "cursor", "username"):
        assert as_admin.get(f"/beheer/{section.slug}/", {name: HOSTILE}).status_code == 200


def test_a_name_is_kept_on_one_line_without_marks_nobody_sees(as_admin):
    as_admin.post("/beheer/teams/nieuw/", {"name": HOSTILE})

    team = Team.objects.get()
    assert team.name == CLEAN
    assert "<script>alert" not in as_admin.get(f"/beheer/teams/{team.pk}/").content.decode()


def test_a_list_is_searched_by_every_word(as_admin):
    for name in ("Eerste lijn", "Tweede lijn"):
        Team.objects.create(name=name)

    page = as_admin.get("/beheer/teams/", {"q": "lijn tweede"}).content.decode()

    assert ("Tweede lijn" in page, "Eerste lijn" in page) == (True, False)


def test_a_long_list_has_pages(as_admin):
    for number in range(60):
        Team.objects.create(name=f"Team {number:02}")

    first, second = (as_admin.get("/beheer/teams/", {"cursor": cursor}) for cursor in ("", "50"))

    assert (len(first.context["table"]), first.context["page"].next_cursor) == (50, "50")
    assert (len(second.context["table"]), second.context["page"].previous_cursor) == (10, "0")


def test_nothing_can_be_deleted(as_admin):
    team = Team.objects.create(name="Contactpunt")

    assert as_admin.delete(f"/beheer/teams/{team.pk}/").status_code == 405
