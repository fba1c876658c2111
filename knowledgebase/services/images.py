from helpdesk.accounts.actors import Actor
from helpdesk.kernel import files
from helpdesk.kernel.policy import require
from helpdesk.kernel.services import service
from knowledgebase import policies
from knowledgebase.models import Article, ArticleImage
from knowledgebase.pictures import Picture, Readable, remade


def add_image(*, actor: Actor, article: Article, file: Readable) -> ArticleImage:
    """Keep a picture for an article, made anew; its file stands on disk before any row speaks of it."""
    require(policies.may_write(actor, article))
    picture = remade(file)
    stored = files.store([picture.content])
    return _note_image(actor=actor, article=article, picture=picture, stored=stored)


@service
def _note_image(*, actor: Actor, article: Article, picture: Picture, stored: files.StoredFile) -> ArticleImage:
    return ArticleImage.objects.create(
        article=article,
        sha256=stored.sha256,
        size=stored.size,
        content_type=picture.content_type,
        width=picture.width,
        height=picture.height,
        uploaded_by=actor.code,
    )
