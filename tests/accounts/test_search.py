"""What the index tells of administrations."""

from urllib.parse import parse_qs, urlsplit

from helpdesk.accounts.actors import Visitor
from helpdesk.accounts.search import Organisations
from helpdesk.search.sources import Shown
from helpdesk.tickets.filtering.reading import understand
from tests import factories


def test_an_administration_is_found_by_its_numbers_and_by_anybody(db):
    aalst = factories.organisation(kbo_number="0207437468", ovo_code="OVO001234", nis_code="41002")

    (document,) = Organisations().documents([aalst.pk])

    assert document.title == "Aalst (gemeente)"
    assert document.codes == ("0207437468", "OVO001234", "41002", aalst.uri)
    assert document.audience & Organisations().audience_of(Visitor())
    assert document.version > 0


def test_documents_of_one_and_of_three_administrations_cost_the_same(db, assert_statements):
    rows = [factories.organisation(name) for name in ("Aalst", "Aalter", "Gent")]

    for some in (rows[:1], rows):
        with assert_statements(3):
            documents = Organisations().documents([row.pk for row in some])
        assert len(documents) == len(some)


def test_an_official_goes_on_to_a_question_for_the_administration(db):
    aalst = factories.organisation()

    shown = Organisations().shown(Visitor(), [aalst.pk, aalst.pk + 1])

    assert list(shown) == [aalst.pk]
    assert shown[aalst.pk].title == "Aalst (gemeente)"
    assert shown[aalst.pk].url.startswith("/melden/?organisation=http")
    assert isinstance(shown[aalst.pk], Shown)


def test_an_agent_goes_on_to_the_tickets_of_just_this_administration(db):
    agent = factories.actor(factories.agent())
    numbered = factories.organisation(kbo_number="0207437468", ovo_code="OVO001234")
    bare = factories.organisation("Wingene", "Autonoom gemeentebedrijf")

    shown = Organisations().shown(agent, [numbered.pk, bare.pk])

    queries = [parse_qs(urlsplit(shown[pk].url).query)["q"][0] for pk in (numbered.pk, bare.pk)]
    assert queries == ["bestuur:0207437468", f'bestuur:"{bare.display_name}"']
    for query, organisation in zip(queries, (numbered, bare), strict=True):
        assert understand(agent, query).facets == {"organisation": (str(organisation.pk),)}
