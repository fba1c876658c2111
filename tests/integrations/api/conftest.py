"""A town with two officials, another town, two desks and an integration, each with a token."""

import json as jsons
from types import SimpleNamespace

import pytest
from django.test import Client

from helpdesk.accounts.models import Team
from tests import factories

BOTH = ("tickets:read", "tickets:write")
ROOT = "/api/v1"


class Program:
    """Calls the API as one caller."""

    def __init__(self, token=None):
        self.token = token
        self._client = Client(raise_request_exception=False)

    def call(self, method, path, *, json=None, data=None, content_type="application/json", **headers):
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.token is not None:
            sent.setdefault("Authorization", f"Bearer {self.token}")
        address = path if path.startswith("/api/") else ROOT + path
        if isinstance(data, dict):
            answer = self._client.post(address, data, headers=sent)
        else:
            body = data or b"" if json is None else jsons.dumps(json).encode()
            answer = self._client.generic(method.upper(), address, body, content_type, headers=sent)
        if answer.streaming:
            answer.received = b"".join(answer.streaming_content)
        return answer

    def get(self, path, **options):
        return self.call("get", path, **options)

    def post(self, path, **options):
        return self.call("post", path, **options)

    def patch(self, path, **options):
        return self.call("patch", path, **options)

    def put(self, path, **options):
        return self.call("put", path, **options)


@pytest.fixture
def town(db):
    queue, other_queue = factories.queue("intake"), factories.queue("andere-entiteit")
    aalter = factories.organisation(
        "Aalter", kbo_number="0207437468", ovo_code="OVO001234", uri="http://data.lblod.info/id/bestuurseenheden/aalter"
    )
    aalst = factories.organisation("Aalst")
    official = factories.official("An Peeters", email="an.peeters@aalter.example", organisation=aalter)
    team = Team.objects.create(name="Koppeling")
    queue.teams.add(team)
    accounts = SimpleNamespace(
        official=official,
        colleague=factories.official("Koen Wouters", organisation=aalter),
        other_official=factories.official("Fatima El Amrani", organisation=aalst),
        agent=factories.agent("Bram De Smet", queues=(queue,)),
        agent_other_queue=factories.agent("Lotte Claes", queues=(other_queue,)),
    )
    programs = {
        name: Program(factories.api_token(scopes=BOTH, user=account)) for name, account in vars(accounts).items()
    }
    return SimpleNamespace(
        queue=queue,
        other_queue=other_queue,
        aalter=aalter,
        aalst=aalst,
        users=accounts,
        integration=Program(factories.api_token(scopes=BOTH, team=team)),
        anonymous=Program(),
        **programs,
    )


@pytest.fixture
def press(reindex):
    """Who reads and writes articles, each with a token; `accounts` are the people behind them."""
    reindex()
    editor, second = (factories.user(name, roles=("editor",)) for name in ("Sofie Willems", "Tom Maes"))
    agent, official = factories.agent(), factories.official()
    both = {"scopes": ("articles:read", "articles:write")}
    team = Team.objects.create(name="Redactie")
    return SimpleNamespace(
        accounts=SimpleNamespace(editor=editor, second=second, agent=agent, official=official),
        editor=Program(factories.api_token(user=editor, **both)),
        second=Program(factories.api_token(user=second, **both)),
        reading_editor=Program(factories.api_token(user=editor, scopes=("articles:read",))),
        agent=Program(factories.api_token(user=agent, **both)),
        reading_agent=Program(factories.api_token(user=agent, scopes=("articles:read",))),
        other_agent=Program(factories.api_token(user=factories.agent("Els Claes"), **both)),
        official=Program(factories.api_token(user=official, scopes=("articles:read",))),
        writing_official=Program(factories.api_token(user=official, **both)),
        without_scope=Program(factories.api_token(user=agent, scopes=("tickets:read",))),
        integration=Program(factories.api_token(team=team, **both)),
        reading_integration=Program(factories.api_token(team=team, scopes=("articles:read",))),
        anonymous=Program(),
    )


@pytest.fixture
def ticket(town):
    """A question of the official in the queue of the agent."""
    return factories.ticket(by=factories.actor(town.users.official), organisation=town.aalter)


@pytest.fixture
def path(ticket):
    return f"/tickets/{ticket.reference}"
