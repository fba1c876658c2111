"""What administrators decide about applications and categories."""

from dataclasses import asdict, dataclass

from helpdesk.accounts.actors import Actor
from helpdesk.accounts.policies import may_administer
from helpdesk.catalogue.models import Application, Category
from helpdesk.kernel.events import publish
from helpdesk.kernel.policy import require
from helpdesk.kernel.services import Precondition, always, service
from helpdesk.kernel.text import clean_line, clean_text
from helpdesk.search.events import DocumentsChanged


@dataclass(frozen=True, kw_only=True)
class ApplicationCard:
    """Everything an administrator says about an application."""

    name: str
    owner: str = ""
    url: str = ""
    login: str = ""
    right: str = ""
    contact: str = ""
    note: str = ""
    is_active: bool = True


@service
def create_application(*, actor: Actor, slug: str, card: ApplicationCard) -> Application:
    require(may_administer(actor))
    application = Application(slug=slug)
    _fill(application, card)
    application.save(force_insert=True)
    publish(DocumentsChanged(kind="application", object_ids=[application.pk]))
    return application


@service
def change_application(
    *, actor: Actor, application: Application, card: ApplicationCard, precondition: Precondition = always
) -> Application:
    """Apply everything together; its slug stays, because forms and integrations know the application by it."""
    require(may_administer(actor))
    application = Application.objects.select_for_update().get(pk=application.pk)
    precondition(application)
    _fill(application, card)
    application.save()
    publish(DocumentsChanged(kind="application", object_ids=[application.pk]))
    return application


@service
def change_category(
    *, actor: Actor, category: Category, label: str, is_active: bool, precondition: Precondition = always
) -> Category:
    require(may_administer(actor))
    category = Category.objects.select_for_update().get(pk=category.pk)
    precondition(category)
    category.label, category.is_active = clean_line(label), is_active
    category.save()
    return category


def _fill(application: Application, card: ApplicationCard) -> None:
    for name, value in asdict(card).items():
        clean = clean_text if name == "note" else clean_line
        setattr(application, name, clean(value) if isinstance(value, str) else value)
