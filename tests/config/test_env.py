"""What addresses in the environment may say."""

import pytest
from pydantic import ValidationError

from config.env import Environment, read_environment


def environment(url):
    return Environment(DEMO=False, IMAP_URL=url)


ADDRESSES = {
    "imap://an:geheim@mail.example": ("mail.example", 143, "an", "geheim", "INBOX", "none"),
    "imap+tls://an:geheim@mail.example/": ("mail.example", 143, "an", "geheim", "INBOX", "starttls"),
    "imaps://an:geheim@mail.example/INBOX": ("mail.example", 993, "an", "geheim", "INBOX", "tls"),
    "imaps://an%40aalter.example:ge%2Fheim%20%3A%40@mail.example:9993/Vragen%20en%20meer/nieuw": (
        "mail.example", 9993, "an@aalter.example", "ge/heim :@", "Vragen en meer/nieuw", "tls"),
}  # fmt: skip


@pytest.mark.parametrize(("url", "parts"), ADDRESSES.items(), ids=ADDRESSES.keys())
def test_the_address_of_a_mailbox_is_taken_apart(url, parts):
    names = ("host", "port", "user", "password", "folder", "security")

    assert environment(url).imap() == dict(zip(names, parts, strict=True))


@pytest.mark.parametrize(
    "url",
    [
        "pop://an:geheim@mail.example/INBOX",
        "imaps://mail.example/INBOX",
        "imaps://an@mail.example/INBOX",
        "imaps://an:geheim@/INBOX",
        "imaps://an:geheim@mail.example:poort/INBOX",
        "imaps://an:geheim@mail.example/INBOX?x=1",
        "imaps://an:ge#heim@mail.example/INBOX",
        "imaps://an:geh%C3%A9im@mail.example/INBOX",
        "imaps://an:geheim@mail.example/IN%0D%0ABOX",
        "mail.example",
    ],
)
def test_what_is_no_address_of_a_mailbox_is_refused_without_repeating_the_password(url):
    with pytest.raises(ValidationError) as caught:
        environment(url)

    (problem,) = caught.value.errors()
    assert problem["loc"] == ("IMAP_URL",)
    assert "geheim" not in problem["msg"]


def test_without_an_address_there_is_no_mailbox():
    assert Environment(DEMO=False).imap() is None


@pytest.mark.parametrize("url", ["http://127.0.0.1:9200", "https://an:geheim@zoek.example:443", "http://[::1]:9200/es"])
def test_the_address_of_the_cluster_for_search_is_taken_as_it_is(url):
    assert url == Environment(DEMO=False, ELASTICSEARCH_URL=url).ELASTICSEARCH_URL


@pytest.mark.parametrize(
    "url",
    [
        "zoek.example:9200",
        "https://an:geheim@zoek.example",
        "https://an:geheim@:9200",
        "https://an:geheim@zoek.example:poort",
        "redis://zoek.example:9200",
        "https://an:geheim@zoek.example:9200/?x=1",
    ],
)
def test_what_is_no_address_of_a_cluster_is_refused_without_repeating_the_password(url):
    with pytest.raises(ValidationError) as caught:
        Environment(DEMO=False, ELASTICSEARCH_URL=url)

    (problem,) = caught.value.errors()
    assert problem["loc"] == ("ELASTICSEARCH_URL",)
    assert "geheim" not in problem["msg"]


@pytest.mark.parametrize("prefix", ["Aanspreekpunt", "_x", "een twee", "a,b", "*", "a/b", "é", "x" * 101])
def test_what_no_index_may_be_called_is_refused(prefix):
    with pytest.raises(ValidationError, match="must be small letters"):
        Environment(DEMO=False, ELASTICSEARCH_PREFIX=prefix)


@pytest.mark.parametrize("inside", ["", "/onder"])
def test_a_folder_that_cannot_be_made_stops_the_start_with_one_line(tmp_path, monkeypatch, capsys, inside):
    (tmp_path / "bestand").write_text("hier staat al iets")
    monkeypatch.setenv("VAR_DIR", f"{tmp_path}/bestand{inside}")

    with pytest.raises(SystemExit) as stopped:
        read_environment()

    (line,) = capsys.readouterr().err.splitlines()
    assert stopped.value.code == 78
    assert line.startswith(f"aanspreekpunt: VAR_DIR: {tmp_path}/bestand{inside} is no folder and cannot be made one: ")


def test_a_folder_in_which_nothing_can_be_written_is_told_in_one_line(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    # Who runs the tests as root may write everywhere but on a disk that is read only.
    monkeypatch.setattr("os.access", lambda *_: False)

    with pytest.raises(SystemExit) as stopped:
        read_environment()

    assert stopped.value.code == 78
    assert capsys.readouterr().err == f"aanspreekpunt: VAR_DIR: nothing can be written in {tmp_path}\n"
