"""What a mail says in words."""

import pytest

from integrations.mail.parsing.parse import parse
from tests.integrations.mail.parsing.messages import HEAD, html, mail, multipart, part, plain


def text_of(raw):
    return parse(raw).text


def test_a_plain_mail_says_its_lines():
    parsed = parse(mail("Goedemorgen,\r\n\r\nIk kan niet aanmelden.\r\n"))

    assert parsed.text == "Goedemorgen,\n\nIk kan niet aanmelden."
    assert (parsed.html, parsed.attachments, parsed.defects) == ("", (), ())


def test_of_two_alternatives_the_plain_text_is_the_text_and_the_html_is_kept():
    parsed = parse(
        HEAD + multipart("alternative", [plain("Dag & tot ziens"), html("<p>Dag &amp; <b>tot ziens</b></p>")])
    )

    assert parsed.text == "Dag & tot ziens"
    assert parsed.html == "<p>Dag &amp; <b>tot ziens</b></p>"
    assert parsed.attachments == ()


@pytest.mark.parametrize("nothing", ["", " \r\n\r\n", "\u2028"])
def test_html_beside_an_empty_plain_text_is_read(nothing):
    parsed = parse(HEAD + multipart("alternative", [plain(nothing), html("<p>Dag</p><p>Tot morgen</p>")]))

    assert parsed.text.split() == ["Dag", "Tot", "morgen"]


def test_html_alone_is_read_as_text():
    parsed = parse(mail("<p>Caf\xe9 &euro; 5</p>".encode("latin-1"), content_type="text/html; charset=iso-8859-1"))

    assert (parsed.text, parsed.html) == ("Café € 5", "<p>Café &euro; 5</p>")


def test_html_that_names_its_charset_itself_is_read_by_it():
    content = '<meta http-equiv="Content-Type" content="text/html; charset=windows-1251"><p>Привет</p>'

    assert text_of(mail(content.encode("cp1251"), content_type="text/html")) == "Привет"


def test_texts_between_files_are_read_in_their_order():
    picture = part(b"GIF89a", content_type="image/gif", content_disposition="attachment; filename=a.gif")
    parsed = parse(HEAD + multipart("mixed", [plain("Eerst"), picture, plain("Dan"), html("<p>Slot</p>")]))

    assert parsed.text == "Eerst\n\nDan\n\nSlot"
    assert [attachment.filename for attachment in parsed.attachments] == ["a.gif"]


def test_the_html_of_a_mail_loses_nothing_of_its_plain_parts():
    both = multipart("alternative", [plain("Dag"), html("<p>Dag</p>")], boundary="binnen")
    parsed = parse(HEAD + multipart("mixed", [both, plain("1 < 2\r\nvan de lijst")]))

    assert parsed.text == "Dag\n\n1 < 2\nvan de lijst"
    assert parsed.html == "<p>Dag</p><p>1 &lt; 2<br>\nvan de lijst</p><br>\n"


def test_a_text_in_the_middle_of_a_related_alternative_is_found():
    picture = part(b"\x89PNG", content_type="image/png", content_id="<logo>")
    related = multipart("related", [html('<img src="cid:logo">Dag'), picture], boundary="b")
    parsed = parse(HEAD + multipart("alternative", [plain("Dag"), related]))

    assert parsed.text == "Dag"
    assert [(each.content_id, each.is_inline) for each in parsed.attachments] == [("logo", True)]


def test_what_stands_only_beside_the_html_of_an_alternative_is_read_too():
    picture = part(b"GIF89a", content_type="image/gif")
    footer = multipart("mixed", [html("<p>Dag</p>"), picture, plain("Van de lijst")], boundary="binnen")
    parsed = parse(HEAD + multipart("alternative", [plain("Dag"), footer]))

    assert parsed.text == "Dag\n\nVan de lijst"
    assert parsed.html == "<p>Dag</p><p>Van de lijst</p>\n".replace("\n", "<br>\n")


def test_what_both_alternatives_say_is_read_once():
    both = multipart(
        "alternative", [plain("Dag An,\r\ntot ziens"), html("<p>Dag An, tot ziens</p>")], boundary="binnen"
    )
    parsed = parse(HEAD + multipart("alternative", [plain("Dag An, tot\r\nziens"), both]))

    assert parsed.text == "Dag An, tot\nziens"


def test_an_alternative_in_an_alternative_says_its_plain_text():
    both = multipart("alternative", [plain("Dag & tot ziens"), html("<p>Dag</p>")], boundary="binnen")

    assert text_of(HEAD + multipart("alternative", [both])) == "Dag & tot ziens"


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("base64", b"Q2Fmw6kgaXMgb3Blbg=="),
        ("BASE64", b"Q2Fmw6kg\r\naXMgb3Blbg"),
        ("base64", b"Q2F!mw6kg*aXMgb3Blbg"),
        ("quoted-printable", b"Caf=C3=A9 is =\r\nopen"),
        ("Quoted-Printable ;", b"Caf=c3=A9 is open"),
        ("8bit", "Café is open".encode()),
        ("7-bit", "Café is open".encode()),
        ("", "Café is open".encode()),
        ("x-uuencode", b"begin 644 a\r\n-0V%FPZD@:7,@;W!E;@\r\n`\r\nend\r\n"),
        ("uuencode", b"begin 644 a\r\n-0V%FPZD@:7,@;W!E;@!!\r\n`\r\nend\r\n"),
    ],
)
def test_a_transfer_encoding_is_undone(encoding, body):
    assert text_of(mail(body, content_transfer_encoding=encoding)) == "Café is open"


def test_a_uuencoded_file_in_a_text_stays_readable():
    body = "Zie bijlage\n\nbegin 644 a.txt\n#0V%T\n`\nend"

    assert text_of(mail(body)) == body


def test_broken_lines_are_put_together():
    body = "Een lange zin die \r\nverder gaat.\r\n> geciteerd \r\n> verder\r\n>> dieper \r\n van spaties\r\n-- \r\nAn"
    parsed = text_of(mail(body, content_type="text/plain; format=flowed"))

    assert parsed.split("\n") == [
        "Een lange zin die verder gaat.", "> geciteerd verder", ">> dieper ", "van spaties", "-- ", "An",
    ]  # fmt: skip


def test_a_signature_does_not_flow_into_what_is_before_it():
    assert text_of(mail("Groeten \r\n-- \r\nAn", content_type="text/plain; format=flowed")) == "Groeten \n-- \nAn"


def test_broken_lines_without_spaces_are_put_together():
    assert text_of(mail("Lange \r\nzin", content_type="text/plain; format=flowed; delsp=yes")) == "Langezin"


def test_lines_that_do_not_flow_stay_as_they_are():
    assert text_of(mail("Een zin \r\ntwee")) == "Een zin \ntwee"


def test_a_multipart_without_a_delimiter_is_read_as_it_stands():
    parsed = parse(mail("Gewoon tekst", content_type="multipart/mixed; boundary=nergens"))

    assert (parsed.text, parsed.defects) == ("Gewoon tekst", ("delimiter_missing",))


def test_a_mail_without_its_closing_delimiter_is_whole():
    raw = HEAD + multipart("mixed", [plain("Eerst"), part(b"%PDF-1\n", content_type="application/pdf; name=a.pdf")])
    cut = raw.replace(b"--grens--\r\n", b"")

    assert parse(cut) == parse(raw)
    assert parse(cut).attachments[0].content == b"%PDF-1\n"


def test_boundaries_that_resemble_each_other_are_told_apart():
    inner = multipart("alternative", [plain("Binnen")], boundary="grens2")
    parsed = parse(HEAD + multipart("mixed", [inner, plain("--grenspost\r\nBuiten")], boundary="grens"))

    assert parsed.text == "Binnen\n\n--grenspost\nBuiten"


def test_a_delimiter_in_the_middle_of_a_line_is_text():
    assert text_of(HEAD + multipart("mixed", [plain("Zie --grens\r\nen verder")])) == "Zie --grens\nen verder"


def test_the_room_for_texts_is_that_of_all_together():
    parsed = parse(HEAD + multipart("mixed", [plain("a" * 1_500_000), plain("b" * 1_500_000)]))

    assert (parsed.text.count("a"), parsed.text.count("b")) == (1_500_000, 500_000)
    assert [len(each.content) for each in parsed.attachments] == [1_500_000]


def test_a_text_too_long_to_show_is_a_file_as_well():
    parsed = parse(mail(b"woord " * 400_000))

    assert len(parsed.text) == len("woord " * 333_333 + "wo")
    assert parsed.defects == ("text_cut",)
    assert [(each.filename, len(each.content)) for each in parsed.attachments] == [("text.txt", 2_400_000)]


def test_a_text_just_short_enough_is_only_a_text():
    parsed = parse(mail(b"w" * 2_000_000))

    assert (len(parsed.text), parsed.attachments, parsed.defects) == (2_000_000, (), ())


def test_no_control_character_leaves_a_text():
    assert text_of(mail("a\x00b\x07c\u202ed\u2028e")) == "abcd\ne"
    assert parse(mail("<p>a\x00b</p>", content_type="text/html")).html == "<p>ab</p>"
