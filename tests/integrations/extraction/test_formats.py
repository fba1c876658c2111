"""What is read out of files of strangers."""

import zipfile
from io import BytesIO

import pytest

from integrations.extraction.extract import is_readable, words_in
from integrations.extraction.formats import LONGEST, UnreadableError, kind_of, text_of


def archive(**parts: str) -> bytes:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return packed.getvalue()


def document(body: str) -> bytes:
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    return archive(**{"word/document.xml": f'<w:document xmlns:w="{space}"><w:body>{body}</w:body></w:document>'})


def pdf(text: str) -> bytes:
    stream = f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET".encode()
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    content, places = b"%PDF-1.4\n", []
    for number, part in enumerate(objects, 1):
        places.append(len(content))
        content += b"%d 0 obj%s endobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"xref\n0 6\n0000000000 65535 f \n%strailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF"
    return content + end % (table, len(content))


def test_the_words_of_a_document_stand_in_their_order_and_paragraphs():
    body = (
        "<w:p><w:r><w:t>Gebruikers</w:t></w:r><w:r><w:t>recht</w:t></w:r></w:p><w:p><w:r><w:t>Tweede</w:t></w:r></w:p>"
    )

    assert text_of(document(body), "docx") == "Gebruikersrecht\nTweede"


def test_the_words_of_a_sheet_are_read_wherever_it_keeps_them_and_its_numbers_are_not():
    space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    shared = f"<sst {space}><si><t>Gemeente</t></si><si><t>OCMW</t></si></sst>"
    cells = '<c t="s"><v>1</v></c><c><v>512</v></c><c t="inlineStr"><is><t>Gebruikersbeheer</t></is></c>'
    sheet = f"<worksheet {space}><sheetData><row>{cells}</row><row>{cells}</row></sheetData></worksheet>"

    content = archive(**{"xl/sharedStrings.xml": shared, "xl/worksheets/sheet1.xml": sheet})

    assert text_of(content, "xlsx").split() == ["Gemeente", "OCMW", "Gebruikersbeheer", "Gebruikersbeheer"]


@pytest.fixture
def read(tmp_path):
    def words_of(content: bytes, filename: str) -> str:
        path = tmp_path / "file"
        path.write_bytes(content)
        with path.open("rb") as file:
            return words_in(file, filename)

    return words_of


def test_the_words_of_a_pdf_are_read_in_a_process_of_its_own(read):
    assert read(pdf("Fout 403 bij het aanmelden"), "scherm.PDF") == "Fout 403 bij het aanmelden"


@pytest.mark.parametrize(
    ("content", "filename", "text"),
    [
        ("Beste, één vraag".encode(), "brief.txt", "Beste, één vraag"),
        ("Beste, één vraag".encode("cp1252"), "brief.txt", "Beste, één vraag"),
        ("Beste, één vraag".encode("utf-16"), "brief.txt", "Beste, één vraag"),
        (b"naam;recht\nAn;toezicht\n", "lijst.csv", "naam recht\nAn toezicht"),
        (b"MZ\x90\x00", "programma.exe", ""),
        (b"\xff\xd8\xff", "foto.jpg", ""),
        (b"x", "zonder-einde", ""),
    ],
)
def test_plain_files_are_read_and_other_kinds_have_no_words(content, filename, text):
    assert text_of(content, kind_of(filename)) == text


@pytest.mark.parametrize(
    ("content", "filename"),
    [
        (b"%PDF-1.4 broken", "a.pdf"),
        (b"PK\x03\x04 broken", "a.docx"),
        (archive(**{"word/document.xml": '<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'}), "a.docx"),
        (archive(**{"word/document.xml": "<x>"}), "a.docx"),
        (archive(**{"word/document.xml": "<x>" + " " * 30_000_000 + "</x>"}), "bomb.docx"),
    ],
)
def test_a_broken_or_wicked_file_is_unreadable_and_harms_nobody(read, content, filename):
    with pytest.raises(UnreadableError):
        read(content, filename)


def test_no_more_is_kept_than_anybody_searches():
    assert len(text_of(b"woord " * 100_000, "txt")) <= LONGEST


def test_only_files_with_words_of_a_usual_size_are_opened():
    assert is_readable("a.pdf", 10)
    assert not is_readable("a.jpg", 10)
    assert not is_readable("a.pdf", 0)
    assert not is_readable("a.pdf", 26 * 1024 * 1024)
