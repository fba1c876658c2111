import pytest

from tests import factories


@pytest.fixture
def admin(db):
    return factories.user("Wim Goossens", roles=("admin",))


@pytest.fixture
def as_admin(admin, client):
    client.force_login(admin)
    return client


@pytest.fixture
def sent():
    """Return the values a form shows, ready to be sent back."""

    def _values(page):
        form = page.context["form"]
        values = {"version": form.version}
        for name in form.fields:
            value = form[name].value()
            if value not in (None, False):
                values[name] = "on" if value is True else value
        return values

    return _values
