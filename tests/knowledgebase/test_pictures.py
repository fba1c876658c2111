"""Pictures: whatever is sent, what is kept is pixels alone; what is none is refused."""

import ast
import time
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageOps
from PIL.PngImagePlugin import PngInfo

from config.env import ROOT
from helpdesk.accounts.actors import Visitor
from helpdesk.kernel.policy import RefusedError
from knowledgebase import pictures, services
from knowledgebase.models import ArticleImage
from knowledgebase.parsing import UNDESCRIBED, problems
from knowledgebase.pictures import remade
from tests import factories

ATTACK = b"<script>alert(1)</script>"


def opened(content: bytes) -> Image.Image:
    return Image.open(BytesIO(content))


@pytest.mark.parametrize(
    ("kind", "made"), [("PNG", "image/png"), ("JPEG", "image/jpeg"), ("GIF", "image/png"), ("WEBP", "image/png")]
)
def test_a_picture_is_made_anew(kind, made):
    picture = remade(factories.picture(kind))

    assert (picture.content_type, picture.width, picture.height) == (made, 8, 4)
    assert opened(picture.content).size == (8, 4)


def test_what_stands_in_a_file_beside_its_pixels_is_gone():
    info = PngInfo()
    info.add_text("comment", ATTACK.decode())
    file = factories.picture("PNG", pnginfo=info)
    file.seek(0, 2)
    file.write(ATTACK)
    file.seek(0)

    assert ATTACK in file.getvalue()
    assert ATTACK not in remade(file).content


def test_where_a_photo_was_taken_is_gone_and_it_stands_upright():
    exif = Image.Exif()
    exif[0x0112] = 6  # turned a quarter
    exif[0x010E] = "thuis bij An Peeters"
    picture = remade(factories.picture("JPEG", exif=exif))

    assert (picture.width, picture.height) == (4, 8)
    assert b"An Peeters" not in picture.content
    assert dict(opened(picture.content).getexif()) == {}


def test_a_photo_of_a_telephone_that_holds_a_second_one_stays_a_photo():
    photo = factories.picture("MPO", save_all=True, append_images=[Image.new("RGB", (4, 2))])

    assert remade(photo).content_type == "image/jpeg"


def test_a_scan_in_many_shades_of_grey_keeps_them():
    scan = Image.new("I;16", (4, 1))
    for place in range(4):
        scan.putpixel((place, 0), place * 0x4000)
    sent = BytesIO()
    scan.save(sent, "PNG")
    sent.seek(0)

    made = opened(remade(sent).content)

    assert [made.getpixel((place, 0)) for place in range(4)] == [(0, 0, 0), (64, 64, 64), (128, 128, 128), (192,) * 3]


def test_a_picture_of_very_many_pixels_is_told_to_be_too_large_and_is_not_opened():
    sent = BytesIO()
    Image.new("1", (20_000, 20_000)).save(sent, "PNG")
    sent.seek(0)

    with pytest.raises(RefusedError) as refusal:
        remade(sent)

    assert refusal.value.decision == pictures.TOO_MANY_PIXELS


def test_see_through_stays_see_through():
    assert opened(remade(factories.picture("PNG", mode="RGBA")).content).mode == "RGBA"


def test_a_wide_picture_becomes_as_wide_as_a_page_needs():
    picture = remade(factories.picture("PNG", (4000, 100)))

    assert (picture.width, picture.height) == (2000, 50)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        ATTACK,
        b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
        b"GIF89a/*" + ATTACK,
        b"\x89PNG\r\n\x1a\n" + b"\x00" * 100,
        b"%PDF-1.4",
    ],
)
def test_what_is_no_picture_is_refused(content):
    with pytest.raises(RefusedError):
        remade(BytesIO(content))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_half_a_picture_is_refused_or_harmless(kind):
    whole = factories.picture(kind, (300, 300)).getvalue()
    for length in range(10, len(whole), max(1, len(whole) // 20)):
        try:
            remade(BytesIO(whole[:length]))
        except RefusedError:
            continue


def test_another_format_that_the_library_knows_is_refused():
    with pytest.raises(RefusedError):
        remade(factories.picture("BMP"))


def test_too_many_pixels_are_refused_before_they_are_read():
    bomb = factories.picture("PNG", (4001, 4000), mode="L")

    with pytest.raises(RefusedError):
        remade(bomb)


def test_a_photo_is_read_no_larger_than_it_is_shown(monkeypatch):
    read = []

    def watched(image, *arguments, **options):
        read.append(image.size)
        return ImageOps.exif_transpose(image, *arguments, **options)

    monkeypatch.setattr(pictures, "ImageOps", SimpleNamespace(exif_transpose=watched))
    picture = remade(factories.picture("JPEG", (4000, 4000)))

    assert read == [(2000, 2000)]
    assert (picture.width, picture.height) == (2000, 2000)


def test_pictures_are_made_one_at_a_time(monkeypatch):
    inside, most = [], []

    def slow(image):
        inside.append(image)
        most.append(len(inside))
        time.sleep(0.05)
        inside.pop()
        return image

    monkeypatch.setattr(pictures, "_upright", slow)
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda _number: remade(factories.picture()), range(4)))

    assert most == [1, 1, 1, 1]


def test_too_many_bytes_are_refused(monkeypatch):
    monkeypatch.setattr(pictures, "LARGEST_BYTES", 50)

    with pytest.raises(RefusedError):
        remade(factories.picture())


@pytest.fixture
def editing(client, settings, tmp_path, db):
    settings.FILES_DIR = tmp_path / "files"
    client.force_login(factories.user("Sofie", roles=("editor",)))
    return client


def sent(content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("scherm.png", content, content_type="image/png")


def test_a_picture_goes_into_the_text_that_came_along_and_nothing_typed_is_lost(editing):
    article = factories.article()
    typed = {"title": "Getypt", "summary": "S", "body_markdown": "Tekst", "based_on": "1", "comment": "c"}
    response = editing.post(
        f"/kennis/redactie/{article.pk}/beeld/", {**typed, "image": sent(factories.picture().getvalue())}
    )
    html = response.content.decode()
    image = ArticleImage.objects.get()

    assert response.status_code == 200
    assert 'value="Getypt"' in html
    assert f"](/kennis/beeld/{image.pk}/)" in html
    assert article.revisions.count() == 1


def test_a_program_gets_the_code_of_the_picture(editing):
    article = factories.article()
    address = f"/kennis/redactie/{article.pk}/beeld/"
    headers = {"Accept": "application/json"}
    good = editing.post(address, {"image": sent(factories.picture().getvalue())}, headers=headers)
    bad = editing.post(address, {"image": sent(ATTACK)}, headers=headers)
    none = editing.post(address, {}, headers=headers)

    assert good.json()["markdown"].endswith(f"](/kennis/beeld/{ArticleImage.objects.get().pk}/)")
    assert (bad.status_code, none.status_code) == (422, 422)
    assert bad.json()["error"]


def test_a_picture_is_seen_by_who_may_read_its_article(editing, client, django_user_model):
    article = factories.article(audience="officials")
    services.add_image(actor=factories.SYSTEM, article=article, file=factories.picture())
    address = f"/kennis/beeld/{ArticleImage.objects.get().pk}/"
    response = editing.get(address)

    assert response["Content-Type"] == "image/png"
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert b"".join(response.streaming_content).startswith(b"\x89PNG")
    client.logout()
    assert client.get(address).status_code == 404


@pytest.mark.parametrize(("audience", "shown"), [("public", 1), ("agents", 0)])
def test_a_translation_that_has_readers_first_shows_them_the_pictures_of_its_original(db, audience, shown):
    original = factories.article(published=False, audience=audience)
    services.add_image(actor=factories.SYSTEM, article=original, file=factories.picture())
    assert ArticleImage.objects.visible_to(Visitor()).count() == 0
    for language in ("en", "fr"):
        factories.article(f"Sign in: {language}", original=original, language=language)

    assert ArticleImage.objects.visible_to(Visitor()).count() == shown


def test_the_words_in_a_new_picture_are_no_description(editing):
    article = factories.article()
    response = editing.post(
        f"/kennis/redactie/{article.pk}/beeld/",
        {"image": factories.picture()},
        headers={"Accept": "application/json"},
    )
    code = response.json()["markdown"]

    assert f"![{UNDESCRIBED}](/kennis/beeld/" in code
    assert [problem.line for problem in problems(code)] == [1]
    assert problems(code.replace(str(UNDESCRIBED), "Het scherm")) == []


def test_no_words_of_ours_hide_from_those_who_translate():
    """What stands inside an f-string is not collected."""
    hidden = [
        f"{path.name}: {ast.unparse(call)}"
        for path in (ROOT / "knowledgebase").rglob("*.py")
        for text in ast.walk(ast.parse(path.read_text()))
        if isinstance(text, ast.JoinedStr)
        for call in ast.walk(text)
        if isinstance(call, ast.Call) and ast.unparse(call.func) in {"_", "gettext", "gettext_lazy"}
    ]

    assert hidden == []
