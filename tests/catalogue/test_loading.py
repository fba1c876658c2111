import json
from collections import Counter
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.validators import URLValidator

from helpdesk.accounts.actors import System, Visitor
from helpdesk.catalogue.loading import Loaded, load_catalogue, shipped_applications, shipped_categories
from helpdesk.catalogue.models import Application, Category
from helpdesk.kernel.policy import RefusedError

pytestmark = pytest.mark.django_db

CODES = """
login.{eid,itsme,authenticator,token_uitgedoofd,wachtwoord_uitgedoofd,eidas,sessie,verkeerde_methode,onbekende_fout}
toegang.{geen_recht,geen_context,recht_vervallen,lokale_beheerder,gebruiker_niet_gevonden,gebruiker_toevoegen,\
verkeerde_hoedanigheid,verkeerde_organisatie,organisatie_ontbreekt,organisatie_aansluiten}
storing.{aanmelden,netwerk,toepassing,noodprocedure}
toezicht.{concept,correctie,bijlage,wat_melden,termijn,melding_ontbreekt,melding_hangt,weergave,leverancier_api}
bbc.{rapportering,correctie,feedbackrapport,termijn,regelgeving}
berichten.{notificatie,gebruik}
mandaten.{gebruik}
lpdc.{gebruik}
gn.{ondertekenen,publicatie,melding}
verenigingen.{gebruik}
gegevens.{organisatie,contact,fusie}
feedback.{wens,klacht}
doorverwijzen.{burger}
geen_vraag.{bedankt,autoreply}
"""


def the_tree():
    for line in CODES.split():
        theme, _, causes = line.partition(".")
        yield theme
        yield from (f"{theme}.{cause}" for cause in causes.strip("{}").split(","))


def load():
    return load_catalogue(actor=System())


def test_all_applications_and_the_whole_category_tree_are_here():
    report = load()
    assert report.applications == Loaded(created=46, updated=0, unchanged=0)
    assert report.categories == Loaded(created=67, updated=0, unchanged=0)
    assert Application.objects.count() == 46
    assert set(Category.objects.values_list("code", flat=True)) == set(the_tree())
    assert Category.objects.filter(parent=None).count() == 14


def test_every_cause_hangs_below_its_theme_and_every_node_has_a_short_label_of_its_own():
    load()
    for category in Category.objects.exclude(parent=None).select_related("parent"):
        assert category.code.partition(".")[0] == category.parent.code
    labels = Counter(Category.objects.values_list("label", flat=True))
    assert set(labels.values()) == {1}
    assert all(0 < len(label) <= 50 for label in labels)


def test_a_ticket_is_never_called_a_melding_in_a_label():
    assert not [row["label"] for row in shipped_categories() if "melding" in row["label"].lower()]


def test_an_application_says_who_owns_it_how_to_get_in_and_whom_to_ask():
    load()
    loket = Application.objects.get(slug="loket")
    assert (loket.name, loket.owner) == ("Loket voor Lokale Besturen", "Agentschap Binnenlands Bestuur (ABB)")
    assert loket.url == "https://loket.lokaalbestuur.vlaanderen.be"
    assert loket.login == "ACM/IDM (OIDC), hoedanigheid LB"
    assert loket.right == "gebruikersrecht 'Loket voor Lokale Besturen' + contextveld per module (rol LoketLB-*)"
    assert loket.contact == "LoketLokaalBestuur@vlaanderen.be; 1700"
    assert Counter(Application.objects.values_list("verification", flat=True)) == {
        "bron gelezen": 37,
        "deels": 3,
        "algemene kennis, niet nagetrokken": 6,
    }


def test_nothing_unchecked_is_shown_as_a_fact():
    for row in shipped_applications():
        facts = " ".join(row[field] for field in ("url", "login", "right", "contact"))
        assert "nagetrokken" not in facts
        if row["verification"] == "algemene kennis, niet nagetrokken":
            assert (row["url"], row["right"]) == ("", "")
    [mandatenbeheer] = [row for row in shipped_applications() if row["slug"] == "mandatenbeheer"]
    assert mandatenbeheer["url"] == ""
    assert "niet nagetrokken: https://mandatenbeheer.lokaalbestuur.vlaanderen.be" in mandatenbeheer["note"]


def test_every_address_is_one_address_and_a_dash_is_nothing():
    for row in shipped_applications():
        if row["url"]:
            URLValidator(schemes=["https"])(row["url"])
        assert "-" not in row.values()


def test_every_cause_an_application_is_known_for_is_in_the_tree():
    codes = {row["code"] for row in shipped_categories()}
    assert {code for row in shipped_applications() for code in row["categories"].split()} <= codes


def test_a_second_load_writes_nothing():
    load()
    report = load()
    assert report.applications == Loaded(created=0, updated=0, unchanged=46)
    assert report.categories == Loaded(created=0, updated=0, unchanged=67)
    assert (Application.history.count(), Category.history.count()) == (46, 67)


def test_what_an_administrator_changed_survives_and_what_the_data_changed_arrives():
    load()
    klip = Application.objects.get(slug="klip")
    klip.contact, klip.is_active = "klip@contactpunt.example", False
    klip.save()
    load()
    klip.refresh_from_db()
    assert klip.contact == "klip@contactpunt.example"
    Application.objects.filter(slug="klip").update(source_digest="what an older version shipped")
    Category.objects.filter(code="login.eid").update(source_digest="older", label="eID")
    report = load()
    assert (report.applications.updated, report.categories.updated) == (1, 1)
    klip.refresh_from_db()
    assert (klip.contact, klip.is_active) == ("1700", False)
    assert klip.history.first().history_change_reason == "load_catalogue"
    assert Category.objects.get(code="login.eid").label == "Aanmelden met eID en kaartlezer"


def test_nobody_at_the_door_may_load():
    with pytest.raises(RefusedError):
        load_catalogue(actor=Visitor())


def test_the_command_says_what_it_did():
    out, err = StringIO(), StringIO()
    call_command("import_catalogue", "--json", stdout=out, stderr=err)
    assert json.loads(out.getvalue()) == {
        "applications": {"created": 46, "updated": 0, "unchanged": 0},
        "categories": {"created": 67, "updated": 0, "unchanged": 0},
    }
    assert err.getvalue().splitlines() == [
        "Applications: 46 created, 0 updated, 0 unchanged.",
        "Categories: 67 created, 0 updated, 0 unchanged.",
    ]
