"""Pictures of articles: sent by who writes, seen by who may read."""

import logging
from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from helpdesk.accounts.http import ActorRequest, MemberRequest
from helpdesk.kernel import files
from helpdesk.kernel.policy import RefusedError
from knowledgebase import services
from knowledgebase.access import on_article, wants_json
from knowledgebase.content import Place
from knowledgebase.forms import RevisionForm
from knowledgebase.models import Article, ArticleImage
from knowledgebase.parsing import UNDESCRIBED
from knowledgebase.views.article_page import article_page
from knowledgebase.views.merging import typing_in
from knowledgebase.views.signed_out import text_kept

logger = logging.getLogger(__name__)

FIELD = "image"
# A picture never changes; who may see it can.
KEPT_S = 600


@require_POST
@text_kept
@on_article
def upload(request: MemberRequest, article: Article) -> HttpResponse:
    """Take a picture and put it into the text, which comes along unsaved and goes back with it."""
    sent = request.FILES.get(FIELD)
    try:
        code = _stored(request, article, sent) if isinstance(sent, UploadedFile) else ""
    except RefusedError as refusal:
        return _answer(request, article, "", str(refusal))
    return _answer(request, article, code, "" if code else _("Choose a picture."))


@require_safe
def image(request: ActorRequest, image_id: UUID) -> FileResponse:
    found = ArticleImage.objects.visible_to(request.actor).filter(pk=image_id).first()
    if found is None:
        raise Http404
    try:
        content = files.open_file(found.sha256)
    except FileNotFoundError as error:
        logger.exception("the file of image %s is gone", image_id)
        raise Http404 from error
    headers = {
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": f"private, max-age={KEPT_S}",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    return FileResponse(content, content_type=found.content_type, headers=headers)


def _stored(request: MemberRequest, article: Article, sent: "UploadedFile[bytes]") -> str:
    stored = services.add_image(actor=request.actor, article=article, file=sent)
    address = reverse("knowledgebase:image", args=[stored.pk])
    return f"![{UNDESCRIBED}]({address})"


def _answer(request: MemberRequest, article: Article, code: str, refusal: str) -> HttpResponse:
    status = HTTPStatus.UNPROCESSABLE_ENTITY if refusal else HTTPStatus.OK
    if wants_json(request):
        return JsonResponse({"markdown": code, "error": refusal}, status=status)
    if refusal:
        messages.error(request, refusal)
    typed = request.POST.dict()
    if code:
        typed["body_markdown"] = f"{typed.get('body_markdown', '').rstrip()}\n\n{code}\n"
    typing = typing_in(request.POST, Place(article))
    return article_page(request, article, RevisionForm(initial=typed), status=status, typing=typing)
