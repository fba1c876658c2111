"""Applications and categories."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.actors import PersonActor
from helpdesk.catalogue import services
from helpdesk.catalogue.models import Application, Category
from helpdesk.desk.manage.forms import Line, Lines, RecordForm, ShortName, WebAddress
from helpdesk.desk.manage.history import Trail
from helpdesk.desk.manage.sections.section import Column, Created, Section, State, with_words

CARD = ("name", "owner", "url", "login", "right", "contact", "note", "is_active")
IN_USE, NOT_IN_USE = State(_("in use")), State(_("not in use"), is_good=False)


class ApplicationForm(RecordForm):
    rows = Application
    fixed = ("slug",)
    unique = {"slug": "slug"}

    name = Line(label=_("Name"), max_length=120, help_text=_("Exactly as the owner writes it."))
    slug = ShortName(
        label=_("Short name"),
        max_length=60,
        help_text=_("Stands in links and in the API, for example “loket”. You cannot change it later."),
    )
    owner = Line(label=_("Owner"), max_length=120, required=False)
    url = WebAddress(label=_("Web address"), max_length=200, required=False)
    login = Line(label=_("How people sign in"), max_length=200, required=False)
    right = Line(label=_("User right that is needed"), max_length=250, required=False)
    contact = Line(label=_("Contact"), max_length=250, required=False)
    note = Lines(label=_("Remark"), max_length=4000, required=False)
    is_active = forms.BooleanField(
        label=_("In use"),
        required=False,
        initial=True,
        help_text=_("An application that is not in use can no longer be chosen for a question."),
    )

    @classmethod
    def values_of(cls, row: Application) -> dict[str, Any]:
        return {"slug": row.slug} | {name: getattr(row, name) for name in CARD}

    def card(self) -> services.ApplicationCard:
        return services.ApplicationCard(**{name: self.cleaned_data[name] for name in CARD})


class CategoryForm(RecordForm):
    rows = Category
    fixed = ("code",)

    code = Line(label=_("Code"), max_length=60, required=False, help_text=_("Reports and the API use this code."))
    label = Line(label=_("Label"), max_length=120)
    is_active = forms.BooleanField(
        label=_("In use"),
        required=False,
        help_text=_("A category that is not in use can no longer be chosen for a ticket."),
    )

    @classmethod
    def values_of(cls, row: Category) -> dict[str, Any]:
        return {"code": row.code, "label": row.label, "is_active": row.is_active}


def _applications(text: str) -> QuerySet[Application]:
    return with_words(Application.objects.order_by("name", "pk"), text, "name", "slug", "owner")


def _create_application(actor: PersonActor, form: ApplicationForm) -> Created:
    slug = form.cleaned_data["slug"]
    return Created(services.create_application(actor=actor, slug=slug, card=form.card()))


def _change_application(actor: PersonActor, application: Application, form: ApplicationForm) -> None:
    services.change_application(actor=actor, application=application, card=form.card(), precondition=form.unchanged)


def _categories(text: str) -> QuerySet[Category]:
    return with_words(Category.objects.order_by("code"), text, "code", "label").select_related("parent")


def _change_category(actor: PersonActor, category: Category, form: CategoryForm) -> None:
    services.change_category(
        actor=actor,
        category=category,
        label=form.cleaned_data["label"],
        is_active=form.cleaned_data["is_active"],
        precondition=form.unchanged,
    )


def _use(row: Application | Category) -> State:
    return IN_USE if row.is_active else NOT_IN_USE


APPLICATIONS = Section(
    key="applications",
    slug="toepassingen",
    title=_("Applications"),
    intro=_("The applications people can ask about: who owns them, how one signs in, which right is needed."),
    search_label=_("Search by name or owner"),
    rows=_applications,
    columns=(
        Column(_("Name"), lambda application: application.name),
        Column(_("Owner"), lambda application: application.owner),
        Column(_("Short name"), lambda application: application.slug),
        Column(_("Use"), _use),
    ),
    trails=lambda application: [Trail(rows=Application.history.filter(id=application.pk))],
    form=ApplicationForm,
    create=_create_application,
    create_label=_("Add an application"),
    change=_change_application,
)

CATEGORIES = Section(
    key="categories",
    slug="categorieen",
    title=_("Categories"),
    intro=_("What a ticket was about, chosen when it is resolved. Reports count by category."),
    search_label=_("Search by code or label"),
    rows=_categories,
    columns=(
        Column(_("Label"), lambda category: category.label),
        Column(_("Code"), lambda category: category.code),
        Column(_("Part of"), lambda category: category.parent.label if category.parent else ""),
        Column(_("Use"), _use),
    ),
    trails=lambda category: [Trail(rows=Category.history.filter(id=category.pk))],
    form=CategoryForm,
    change=_change_category,
)
