"""Templates made ready: the same words as Django says, sooner."""

import pytest
from django.template import Context, Engine, Template
from django.utils import translation
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy

from helpdesk.kernel.templates import Loader, PlainVariable, SteadyAddress, SteadyFile, SteadyText, make_ready

LOADS = "{% load i18n static l10n %}"
VALUES = {
    "text": "<b>\"Jan\" & 'An'</b>",
    "safe": mark_safe("<b>vet</b>"),
    "lazy": gettext_lazy("Search"),
    "number": 12345.5,
    "nothing": None,
    "row": {"name": "i"},
    "called": lambda: "<u>",
}


def both(source, **values):
    """Render as Django does and made ready, twice: what is kept must say the same again."""
    plain, ready = Template(LOADS + source), Template(LOADS + source)
    make_ready(ready)
    said = {ready.render(Context(VALUES | values)), ready.render(Context(VALUES | values))}
    assert said == {plain.render(Context(VALUES | values))}
    return said.pop()


@pytest.mark.parametrize("name", [*VALUES, "row.name", "row.missing", "missing", "text|upper", '"<a>"', '_("Search")'])
@pytest.mark.parametrize(
    "around", ["%s", "{%% autoescape off %%}%s{%% endautoescape %%}", "{%% localize off %%}%s{%% endlocalize %%}"]
)
def test_a_value_is_shown_as_django_shows_it(name, around):
    both(around % f"{{{{ {name} }}}}")


def test_what_somebody_typed_is_escaped():
    assert both("{{ text }}") == "&lt;b&gt;&quot;Jan&quot; &amp; &#x27;An&#x27;&lt;/b&gt;"
    assert both("{% for each in list %}{{ each }}{% endfor %}", list=["<", ">"]) == "&lt;&gt;"


@pytest.mark.parametrize(
    "source",
    [
        "{% translate 'Search' %}",
        "{% translate 'Search' as word %}{{ word }}{{ word }}",
        "{% with word='before' %}{% translate 'Search' as word %}{{ word }}{% endwith %}{{ word }}",
        "{% translate '100%' %}",
        "{% translate text %}",
        "{% translate 'Search'|upper %}",
        "{% url 'desk:list' %}",
        "{% url 'desk:ticket' row.name %}",
        "{% url 'desk:list' as address %}[{{ address }}]",
        "{% static 'css/base.css' %}",
        "{% static file %}",
        "{% static 'css/base.css' as file %}{{ file }}",
        "{% for each in row %}{% if each %}{% translate 'Search' %}{{ each }}{% endif %}{% endfor %}",
    ],
)
def test_a_tag_says_what_it_says_without(source):
    both(source, file="css/tokens.css")


def test_what_hangs_on_the_page_is_never_kept():
    template = Template(LOADS + "{% translate word %}{% static file %}{{ word }}")
    make_ready(template)

    pages = [template.render(Context({"word": word, "file": f"{word}.css"})) for word in ("Een", "Twee")]

    assert pages == ["Een/static/Een.cssEen", "Twee/static/Twee.cssTwee"]


def test_with_a_second_language_texts_are_translated_each_time(settings):
    settings.LANGUAGES = [("nl-be", "Nederlands"), ("en", "English")]
    template = Template(LOADS + "{% translate 'Search' %}")
    make_ready(template)

    dutch = template.render(Context())
    with translation.override("en"):
        assert (dutch, template.render(Context())) == ("Zoeken", "Search")


def test_pages_come_ready():
    engine = Engine.get_default()
    quicker = (PlainVariable, SteadyText, SteadyAddress, SteadyFile)

    kinds = {type(node) for node in engine.get_template("desk/base.html").nodelist.get_nodes_by_type(quicker)}

    assert isinstance(engine.template_loaders[0], Loader)
    assert kinds == set(quicker)
