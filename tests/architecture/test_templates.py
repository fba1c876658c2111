"""Rules every page keeps: no inline code, no third party, a token in each form, parts that see only what they get."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "templates"
# Mails are compiled from MJML and need inline styles; tests of their own look after them.
PAGES = sorted(path for path in TEMPLATES.rglob("*.html") if path.relative_to(TEMPLATES).parts[0] != "mail")
OWN_SOURCES = sorted([*(ROOT / "static" / "css").rglob("*.css"), *(ROOT / "static" / "js").rglob("*.js")])

COMMENT = re.compile(r"{#.*?#}|{%\s*comment.*?endcomment\s*%}", re.DOTALL)
TAG = re.compile(r"<[a-zA-Z][^<>]*(?:{[{%].*?[%}]}[^<>]*)*>", re.DOTALL)
INLINE_SCRIPT = re.compile(r"<script(?![^>]*\ssrc=)", re.IGNORECASE)
INLINE_STYLE = re.compile(r"<style|\sstyle\s*=", re.IGNORECASE)
INLINE_HANDLER = re.compile(r"\s(?:on[a-z]+|hx-on[a-z:-]*)\s*=|javascript:", re.IGNORECASE)
LINK_TO_READ = re.compile(r"<a\s[^>]*>", re.IGNORECASE)
ELSEWHERE = re.compile(r"https?://(?!www\.w3\.org/)|[\"'(]//", re.IGNORECASE)
POST_FORM = re.compile(r"<form\b[^>]*method\s*=\s*[\"']?post.*?</form>", re.IGNORECASE | re.DOTALL)
INCLUDE = re.compile(r"{%\s*include\s+(.*?)%}", re.DOTALL)
IMAGE_WITHOUT_ALT = re.compile(r"<img\b(?![^>]*\salt=)", re.IGNORECASE)


def read(path: Path) -> str:
    return COMMENT.sub("", path.read_text())


def faults(source: str) -> list[str]:
    """Name every rule of markup this source breaks."""
    broken = {
        "inline script": INLINE_SCRIPT.search(source),
        "inline style": any(INLINE_STYLE.search(tag) for tag in TAG.findall(source)),
        "inline handler": any(INLINE_HANDLER.search(tag) for tag in TAG.findall(source)),
        "third party": ELSEWHERE.search(LINK_TO_READ.sub("", source)),
        "form without csrf_token": any("csrf_token" not in form for form in POST_FORM.findall(source)),
        "include without only": any(
            not arguments.rstrip().endswith(" only")
            for arguments in INCLUDE.findall(source)
            if "components/" in arguments
        ),
        "image without alt": IMAGE_WITHOUT_ALT.search(source),
    }
    return [rule for rule, found in broken.items() if found]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_template_keeps_every_rule_of_markup(path):
    assert faults(read(path)) == []


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ("<script>go()</script>", "inline script"),
        ('<p class="a" style="color: red">', "inline style"),
        ("<style>p {}</style>", "inline style"),
        ('<button onclick="go()">', "inline handler"),
        ('<form hx-on::after-request="go()">', "inline handler"),
        ('<a href="javascript:go()">', "inline handler"),
        ('<script src="https://cdn.example/x.js"></script>', "third party"),
        ('<img alt="" src="//cdn.example/x.png">', "third party"),
        ('<form method="post"><input></form>', "form without csrf_token"),
        ('{% include "components/button.html" with label="x" %}', "include without only"),
        ('<img src="{{ brand }}">', "image without alt"),
    ],
)
def test_a_planted_fault_is_found(source, fault):
    assert faults(source) == [fault]


def test_what_merely_looks_like_a_fault_is_allowed():
    assert faults('<p>Mail on=1, style=2: {{ text }}</p> <a href="https://www.vlaanderen.be">Vlaanderen</a>') == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_a_page_extends_a_base_and_a_fragment_starts_with_an_underscore(path):
    is_part = path.parent.name == "components" or path.name.startswith("_")
    is_root = path == TEMPLATES / "base.html"

    assert is_part or is_root or read(path).lstrip().startswith("{% extends ")


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_only_parts_and_fragments_are_included(path):
    named = [match[1] for match in re.finditer(r"{%\s*include\s+[\"']([^\"']+)", read(path))]

    assert [name for name in named if not name.startswith("components/") and not Path(name).name.startswith("_")] == []


@pytest.mark.parametrize(
    "name",
    [
        *(f"components/{path.name}" for path in PAGES if path.parent.name == "components"),
        *(f"{path.parent.name}/{path.name}" for path in OWN_SOURCES),
    ],
)
def test_every_part_style_and_script_is_named_by_a_page_of_the_product(name):
    named_by = [path for path in TEMPLATES.rglob("*.html") if re.search(rf"[\"']{re.escape(name)}[\"']", read(path))]

    assert named_by != []


@pytest.mark.parametrize("path", OWN_SOURCES, ids=lambda path: path.name)
def test_own_style_and_script_reach_for_nothing_elsewhere(path):
    without_blocks = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)
    source = re.sub(r"^\s*//.*$", "", without_blocks, flags=re.MULTILINE)

    assert source.strip()
    assert re.findall(r"https?://\w|@import|\beval\(|new Function|document\.write", source) == []
    # A template runs and shows nothing; what is taken from it are parts of a page of ours.
    templates = set(re.findall(r"const (\w+) = document\.createElement\(\"template\"\)", source))
    assert set(re.findall(r"(\w+)\.innerHTML", source)) <= templates


@pytest.mark.parametrize("path", [path for path in OWN_SOURCES if path.suffix == ".js"], ids=lambda path: path.name)
def test_own_script_is_checked_for_types(path):
    assert path.read_text().startswith("// @ts-check\n")
