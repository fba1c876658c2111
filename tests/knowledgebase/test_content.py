"""The articles that ship with the product: complete, linked, from known sources and in plain Dutch."""

import csv
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from statistics import mean
from typing import Any

import pytest

from config.env import ROOT
from knowledgebase.parsing import problems

DATA = ROOT / "knowledgebase" / "data"
CATALOGUE = ROOT / "helpdesk" / "catalogue" / "data"
FEWEST = 62
FIELDS = {"title", "summary", "audience", "applications", "categories", "causes", "verify_by", "sources"}
CAUSES = [
    "eid_reader",
    "eid_middleware",
    "eid_cert",
    "eid_tls",
    "itsme_device",
    "totp_device",
    "token_end",
    "password_end",
    "fas_outage",
    "network_outage",
    "no_right",
    "no_context",
    "right_expired",
    "no_lb",
    "wrong_capacity",
    "org_missing",
    "user_missing",
    "session_expired",
    "stale_session",
    "non_belgian",
    "invalid_scope",
]
CONDITIONS = {"eid", "itsme", "app", "sms", "gemeente", "ocmw", "provincie", "agb", "politiezone", "eredienst"}
OTHER_PAGES = {"/melden/"}
ADDRESSES = {
    "LoketLokaalBestuur@vlaanderen.be",
    "digitaalABB@vlaanderen.be",
    "bbcdr@vlaanderen.be",
    "GelinktNotuleren@vlaanderen.be",
    "gebruikersbeheer.lokalebesturen@vlaanderen.be",
    "veiligheidsbouwstenen@vlaanderen.be",
    "vip@athumi.eu",
}
TELEPHONES = {"02 740 79 91"}
# What the shipped list of applications does not hold itself.
LINKS = {
    "https://zelfregistratie-gebruikersbeheer.vlaanderen.be/user/aanvraag?&an=287&dg=LB&ec=ABB_LoketLB_LB_CompEnt_Gebruiker",
    "https://api.loket.lblod.info",
    "https://loket.lokaalbestuur.vlaanderen.be/supervision/submissions/",
    "https://loket.lokaalbestuur.vlaanderen.be/berichtencentrum/berichten/",
    "https://loket.lokaalbestuur.vlaanderen.be/bbcdr/rapporten/",
    "https://databankerediensten.lokaalbestuur.vlaanderen.be/search/submissions/",
    "http://data.lblod.info/submissions/",
}
# How many kinds of decision the rules of early 2026 make each administration report.
REPORTED = {
    "wat-meldt-een-gemeente": [52],
    "wat-meldt-een-ocmw": [31],
    "wat-meldt-een-ocmw-vereniging": [10],
    "wat-meldt-een-provincie": [38],
    "wat-meldt-een-district": [26],
    "wat-meldt-een-autonoom-bedrijf": [6],
    "wat-meldt-een-samenwerkingsverband": [12, 4],
    "wat-meldt-een-eredienstbestuur": [10, 8, 9],
    "wat-meldt-een-politiezone": [1],
}
FORBIDDEN = re.compile(
    r"\b(gelieve|middels|helaas|teneinde|alsmede|desbetreffende?|hierbij|indien|inzake|omtrent|dien(?:t|en) te|"
    r"je|jij|jou|jouw|jullie|inloggen|ingelogd)\b|!",
    re.IGNORECASE,
)
LONGEST_SENTENCE = 30
LONGEST_AVERAGE = 15
LONGEST_TITLE = 90
FIRST_CHECK, LAST_CHECK = date(2027, 2, 1), date(2027, 11, 30)


@dataclass(frozen=True)
class Text:
    slug: str
    fields: dict[str, Any]
    body: str

    @property
    def whole(self) -> str:
        return f"{self.fields['title']}\n\n{self.fields['summary']}\n\n{self.body}"


@cache
def articles() -> list[Text]:
    return [read(path.stem, path.read_text()) for path in sorted((DATA / "articles").glob("*.md"))]


def read(slug: str, text: str) -> Text:
    before, front, body = text.split("+++\n", 2)
    assert before == ""
    return Text(slug, tomllib.loads(front), body)


def column(name: str, field: str) -> set[str]:
    with (CATALOGUE / name).open(newline="") as rows:
        return {row[field] for row in csv.DictReader(rows)}


def prose(markdown: str) -> Iterator[str]:
    """Paragraphs, list items and table cells, without marks; headings are titles and may be no sentence."""
    for block in re.split(r"\n(?=\s*(?:[-*>|#]|\d+\.|:::))|\n\s*\n", markdown):
        line = " ".join(block.split())
        if line.startswith(("#", ":::")) or re.fullmatch(r"[|:\- ]*", line):
            continue
        line = re.sub(r"^(?:>\s*)?(?:[-*]|\d+\.)?\s*(?:\[ \]\s*)?", "", line)
        line = re.sub(r"\[([^\]]+)\]\([^)]+\)|<([^>]+)>", lambda link: link[1] or "adres", line)
        yield from line.strip("|").split("|") if line.startswith("|") else [line]


def sentences(markdown: str) -> Iterator[list[str]]:
    for piece in prose(markdown):
        for sentence in re.split(r"(?<=[.?])[’”*)]*\s+(?=\W*[A-Z0-9])", piece):
            if words := re.findall(r"\w[\w’'./@-]*", sentence):
                yield words


def problems_of_containers(markdown: str) -> Iterator[str]:
    is_open = False
    for line in markdown.splitlines():
        if not line.startswith(":::"):
            continue
        if line == ":::":
            if not is_open:
                yield "closed without being opened"
            is_open = False
            continue
        if is_open:
            yield f"opened inside another: {line}"
        is_open = True
        name, _, conditions = line.removeprefix("::: ").partition(" ")
        known = name in {"nota", "tip", "let-op"} and not conditions
        chosen = {condition.strip() for condition in conditions.split(",")}
        if not known and not (name == "als" and chosen <= CONDITIONS):
            yield f"unknown: {line}"
    if is_open:
        yield "never closed"


def internal_links(markdown: str) -> set[str]:
    return set(re.findall(r"\]\((/[^)]*)\)", markdown))


def unknown_contacts(text: str) -> set[str]:
    known = LINKS | column("applications.csv", "url")
    links = {link.rstrip(".,;:") for link in re.findall(r"https?://[^\s)>\"`|]+", text)}
    addresses = set(re.findall(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", text))
    telephones = set(re.findall(r"(?:\+32|\b0)\d?\d?\d?[ /]\d[\d ./]{5,}\d\b", text))
    return (links - known) | (addresses - ADDRESSES) | (telephones - TELEPHONES)


def described_sources() -> set[str]:
    rows = re.findall(r"^\| ([^|]+) \|", (DATA / "SOURCES.md").read_text(), re.MULTILINE)
    return {row.strip() for row in rows}


each_article = pytest.mark.parametrize("article", articles(), ids=lambda article: article.slug)


def test_there_are_enough_articles_and_no_two_share_a_title():
    titles = Counter(article.fields["title"].casefold() for article in articles())

    assert len(articles()) >= FEWEST
    assert [title for title, times in titles.items() if times > 1] == []


def test_every_cause_of_a_failed_login_has_its_article():
    assert {cause for article in articles() for cause in article.fields["causes"]} == set(CAUSES)
    assert len(CAUSES) == 21


@pytest.mark.parametrize("cause", CAUSES)
def test_an_article_about_a_cause_says_who_solves_it(cause):
    about = [article for article in articles() if cause in article.fields["causes"]]

    assert any("## Wat u ziet\n" in article.body and "## Wie dit oplost\n" in article.body for article in about)


def test_checks_are_spread_over_the_year_that_follows():
    months = {article.fields["verify_by"].month for article in articles()}

    assert months == set(range(FIRST_CHECK.month, LAST_CHECK.month + 1))


@each_article
def test_front_matter_is_complete_and_valid(article):
    fields = article.fields

    assert set(fields) == FIELDS
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", article.slug)
    assert 0 < len(fields["title"]) <= LONGEST_TITLE
    assert 1 <= len(list(sentences(fields["summary"]))) <= 2
    assert fields["audience"] in {"public", "officials", "agents"}
    assert set(fields["applications"]) <= column("applications.csv", "slug")
    assert set(fields["categories"]) <= column("categories.csv", "code")
    assert fields["categories"]
    assert FIRST_CHECK <= fields["verify_by"] <= LAST_CHECK


@each_article
def test_an_article_names_sources_that_are_described(article):
    assert article.fields["sources"]
    assert set(article.fields["sources"]) <= described_sources()


@each_article
def test_links_lead_to_pages_that_exist(article):
    pages = {f"/kennis/{other.slug}/" for other in articles()} | OTHER_PAGES

    assert internal_links(article.body) <= pages
    assert f"/kennis/{article.slug}/" not in internal_links(article.body)


@each_article
def test_a_public_article_does_not_lead_to_what_only_agents_read(article):
    if article.fields["audience"] == "agents":
        return
    for_agents = {f"/kennis/{other.slug}/" for other in articles() if other.fields["audience"] == "agents"}

    assert internal_links(article.body) & for_agents == set()


@each_article
def test_containers_and_conditions_are_known(article):
    assert list(problems_of_containers(article.body)) == []
    assert problems(article.body) == []
    assert re.search(r"^# ", article.body, re.MULTILINE) is None


@each_article
def test_contacts_and_addresses_come_from_the_sources(article):
    assert unknown_contacts(article.whole + " ".join(article.fields["sources"])) == set()
    assert re.search(r"\d{2}\.\d{2}\.\d{2}-\d{3}\.\d{2}|\b\d{11}\b", article.whole) is None


@each_article
def test_sentences_are_short(article):
    lengths = [len(words) for words in sentences(f"{article.fields['summary']}\n\n{article.body}")]

    assert max(lengths) <= LONGEST_SENTENCE
    assert mean(lengths) <= LONGEST_AVERAGE


@each_article
def test_words_are_plain(article):
    assert [found[0] for found in FORBIDDEN.finditer(article.whole)] == []


@pytest.mark.parametrize(("slug", "counts"), REPORTED.items())
def test_a_list_of_what_to_report_is_as_long_as_it_says(slug, counts):
    (body,) = (article.body for article in articles() if article.slug == slug)
    lists = re.findall(r"^## [^\n]* \((\d+) types?\)\n(.*?)(?=^## |^::: |\Z)", body, re.MULTILINE | re.DOTALL)

    assert [int(said) for said, _ in lists] == counts
    assert [len(re.findall(r"^- ", items, re.MULTILINE)) for _, items in lists] == counts


def test_the_checks_notice_what_is_wrong():
    assert max(len(words) for words in sentences("Dit is " + "heel " * 29 + "lang.")) == 32
    assert [len(words) for words in sentences("- Een zin. Nog een.\n- Drie")] == [2, 2, 1]
    assert [found[0] for found in FORBIDDEN.finditer("Gelieve je kaart te nemen!")] == ["Gelieve", "je", "!"]
    assert list(problems_of_containers("::: als fax\ntekst")) == ["unknown: ::: als fax", "never closed"]
    assert unknown_contacts("Bel 09 111 22 33, mail x@y.be of zie https://x.be/y.") == {
        "09 111 22 33",
        "x@y.be",
        "https://x.be/y",
    }
    assert internal_links("[a](/kennis/b/)") == {"/kennis/b/"}
