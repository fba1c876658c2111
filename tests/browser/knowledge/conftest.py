"""An article with all that one can hold, and an editor at a browser."""

import pytest

from helpdesk.portal.sessions import BACKEND
from tests import factories

BODY = """Voor iedereen.

## Stap 1

::: als itsme
Open itsme.

::: let-op
Geef nooit uw code door.
:::
:::

::: als eid
Steek uw kaart in de lezer.
:::

::: als ocmw
Vraag het aan uw directeur.
:::

- [ ] Uw kaart
- [x] Uw pincode

| Sleutel | Waar |
|---|---|
| itsme | op uw telefoon |
"""
LOOKS = [{"width": 1280, "scheme": "light"}, {"width": 360, "scheme": "dark"}]


@pytest.fixture
def article(settings, tmp_path):
    settings.FILES_DIR = tmp_path / "files"
    category, application = factories.category("login"), factories.application()
    factories.article("Ook over aanmelden", categories=[category], applications=[application])
    made = factories.article(
        body=BODY, categories=[category], applications=[application], sources=["https://www.vlaanderen.be"]
    )
    factories.article("S'identifier", language="fr", original=made)
    return made


@pytest.fixture
def as_editor(live_site, open_page, client):
    """Return a page of somebody who edits."""

    def _open(**options):
        user = factories.user("Sofie Willems", roles=("editor",))
        client.force_login(user, backend=BACKEND)
        page = open_page(**options)
        page.context.add_cookies([{"name": "session", "value": client.cookies["session"].value, "url": live_site}])
        return page

    return _open
