"""The five traps of MJML with Django tags, each with what would have gone wrong."""

from importlib.metadata import PackageNotFoundError, distribution

import css_inline
import pytest
from django.core.management import CommandError, call_command
from django.template import Context, Template
from mjml import mjml_to_html

from integrations.mail import compile as mail_compile
from integrations.mail.compile import CompileError, compile_file

INLINE_STYLE = '<mj-head><mj-style inline="inline">.x td { color: red }</mj-style></mj-head>'
SECTION = "<mj-section><mj-column>{}</mj-column></mj-section>"


@pytest.fixture
def compiled(tmp_path):
    def compile_body(body: str, head: str = "") -> str:
        path = tmp_path / "try.mjml"
        attributes = '<mj-attributes><mj-all font-family="Arial" /></mj-attributes>'
        head = head or f"<mj-head>{attributes}</mj-head>"
        head = head if "mj-attributes" in head else head.replace("</mj-head>", f"{attributes}</mj-head>")
        path.write_text(f"<mjml>{head}<mj-body>{body}</mj-body></mjml>")
        return compile_file(path)

    return compile_body


def rendered(template: str, **context) -> str:
    return Template(template).render(Context(context))


def test_the_other_package_that_installs_itself_as_mjml_is_absent():
    with pytest.raises(PackageNotFoundError):
        distribution("mjml-python")


def test_tags_are_not_escaped(compiled):
    source = '<mj-text>{% if a < 3 and b > 2 and c == "x&y" %}yes{% endif %}</mj-text>'

    assert "&gt;" in mjml_to_html(f"<mjml><mj-body>{SECTION.format(source)}</mj-body></mjml>").html
    template = compiled(SECTION.format(source))
    assert '{% if a < 3 and b > 2 and c == "x&y" %}' in template
    assert "yes" in rendered(template, a=1, b=3, c="x&y")
    assert "yes" not in rendered(template, a=4, b=3, c="x&y")


def test_tags_in_attributes_survive(compiled):
    template = compiled(SECTION.format("<mj-button href=\"{{ base }}/t/{% firstof token 'a>b' %}/\">Open</mj-button>"))

    assert 'href="https://x.example/t/a>b/"' in rendered(template, base="https://x.example")


def test_a_condition_between_sections_is_kept(compiled):
    section = SECTION.format("<mj-text>sometimes</mj-text>")
    body = f"{{% if shown %}}{section}{{% endif %}}"

    assert "{%" not in mjml_to_html(f"<mjml><mj-body>{body}</mj-body></mjml>").html
    assert "sometimes" in rendered(compiled(body), shown=True)
    assert "sometimes" not in rendered(compiled(body), shown=False)


def test_a_loop_over_table_rows_stays_in_its_table(compiled):
    rows = "{% for file in files %}<tr><td>{{ file }}</td></tr>{% endfor %}"

    bare = css_inline.inline(f"<table>{rows}</table>")
    assert bare.index("{% endfor %}") < bare.index("<table>")  # what an HTML parser does with text in a table
    template = compiled(SECTION.format(f'<mj-table css-class="x">{rows}</mj-table>'), head=INLINE_STYLE)
    assert "color: red" in template
    html = rendered(template, files=["a.pdf", "b.pdf"])
    assert html.index("<table") < html.index("a.pdf") < html.index("b.pdf") < html.rindex("</table>")
    assert "a.pdf" not in rendered(template, files=[])


def test_a_value_that_would_move_out_of_its_table_is_refused(compiled):
    body = SECTION.format("<mj-table>{% if shown %}{{ value }}<tr><td>x</td></tr>{% endif %}</mj-table>")

    with pytest.raises(CompileError, match=r"try.mjml: moved"):
        compiled(body, head=INLINE_STYLE)


def test_a_tag_that_is_lost_is_refused(compiled):
    with pytest.raises(CompileError, match=r"lost: \{\{ lost \}\}"):
        compiled(SECTION.format("<mj-text>kept</mj-text>") + "{{ lost }}")


@pytest.mark.parametrize(
    "body",
    [
        '<mj-text font-family="Roboto">x</mj-text>',
        '<mj-image src="https://i.example/x.png" />',
        '<mj-text><img src="//tracker.example/pixel.gif"></mj-text>',
        '<mj-text><a href="http://elsewhere.example/">x</a></mj-text>',
        '<mj-navbar><mj-navbar-link font-family="Ubuntu" href="/x">x</mj-navbar-link></mj-navbar>',
    ],
)
def test_a_remote_host_is_refused(compiled, body):
    with pytest.raises(CompileError, match="the mail would fetch from"):
        compiled(SECTION.format(body))


def test_a_style_that_fetches_is_refused(compiled):
    with pytest.raises(CompileError, match=r"would fetch from https://fonts\.example"):
        compiled("", head='<mj-head><mj-style>@import url("https://fonts.example/a.css");</mj-style></mj-head>')


@pytest.mark.parametrize("name", ["mj-carousel", "mj-accordion", "mj-hero"])
def test_what_outlook_cannot_show_is_refused(compiled, name):
    with pytest.raises(CompileError, match=f"<{name}> does not belong"):
        compiled(f"<{name}></{name}>")


@pytest.mark.parametrize("path", ["../outside.mjml", "/etc/passwd", "missing.mjml", "try.mjml"])
def test_only_parts_in_the_same_folder_are_included_and_no_part_includes_itself(tmp_path, compiled, path):
    (tmp_path.parent / "outside.mjml").write_text("<mj-section></mj-section>")

    with pytest.raises(CompileError):
        compiled(f'<mj-include path="{path}" />')


def test_an_include_written_otherwise_is_refused_because_mjml_would_read_it_undisguised(compiled):
    with pytest.raises(CompileError, match="mj-include is not written as"):
        compiled('<mj-include path="_top.mjml"></mj-include>')


def test_the_tags_of_a_part_are_kept(tmp_path, compiled):
    (tmp_path / "_part.mjml").write_text(SECTION.format("<mj-text>{{ words }}</mj-text>"))

    assert "a &amp; b" in rendered(compiled('<mj-include path="_part.mjml" />'), words="a & b")


def test_comments_of_the_source_stay_there(compiled):
    template = compiled("<!-- for us -->{# for us #}" + SECTION.format("<mj-text>for you</mj-text>"))

    assert "for you" in template
    assert "for us" not in template


def test_a_source_without_mjml_is_refused(tmp_path):
    (tmp_path / "none.mjml").write_text("<p>no</p>")
    with pytest.raises(CompileError, match="there is no <mjml>"):
        compile_file(tmp_path / "none.mjml")


def test_the_check_fails_when_a_source_changed_and_passes_after_compiling(tmp_path, monkeypatch):
    monkeypatch.setattr(mail_compile, "FOLDER", tmp_path)
    source = tmp_path / "a.mjml"
    source.write_text(f"<mjml><mj-body>{SECTION.format('<mj-spacer />')}</mj-body></mjml>")

    with pytest.raises(CommandError, match=r"stale, run manage.py compilemail: a\.html"):
        call_command("compilemail", "--check")
    call_command("compilemail")
    call_command("compilemail", "--check")
    source.write_text(source.read_text().replace("spacer", "divider"))
    with pytest.raises(CommandError, match="stale"):
        call_command("compilemail", "--check")


def test_the_command_says_which_source_is_wrong(tmp_path, monkeypatch):
    monkeypatch.setattr(mail_compile, "FOLDER", tmp_path)
    (tmp_path / "a.mjml").write_text("nothing")
    with pytest.raises(CommandError, match=r"a\.mjml: there is no <mjml>"):
        call_command("compilemail")


def test_what_is_committed_was_compiled_from_the_sources():
    call_command("compilemail", "--check")
