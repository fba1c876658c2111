"""What people fill in on the pages of the knowledge base."""

from collections.abc import Sequence
from typing import Any, Self, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db.models import BooleanField, ExpressionWrapper, F, Model, Q, QuerySet
from django.db.models.expressions import Combinable, OrderBy
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.models import User
from helpdesk.catalogue.models import Application, Category
from helpdesk.kernel.text import clean_line, clean_text
from knowledgebase.content import BODY_LENGTH, COMMENT_LENGTH, REASON_LENGTH, Card, Text
from knowledgebase.models import SLUG_LENGTH, SUMMARY_LENGTH, TITLE_LENGTH, Article, ArticleRevision
from knowledgebase.office import possible_owners
from knowledgebase.parsing import problems

YES, NO = "yes", "no"


# Which of somebody's new texts a page is; the one kept by a page that did not say has none.
KEY = "tekst"
# Which open page it is, and the version of what was kept that it shows.
PAGE, KEPT = "page", "kept"


class FeedbackForm(forms.Form):
    """Whether an article helped."""

    helpful = forms.ChoiceField(
        label=_("Did this help you?"),
        choices=[(YES, _("Yes")), (NO, _("No"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Say whether this helped you.")},
    )
    reason = forms.CharField(
        label=_("What is missing, or not right?"),
        required=False,
        validators=[MaxLengthValidator(REASON_LENGTH)],
        help_text=_("We cannot answer you here. Do not put personal data in it."),
        widget=forms.Textarea({"rows": 3}),
    )
    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def verdict(self) -> dict[str, Any]:
        """Return what was said, as the service takes it."""
        said = self.cleaned_data
        return {"helpful": said["helpful"] == YES, "reason": said["reason"], "number": said["revision"]}


# As they are read: each heading, and what stands under it.
CATEGORY_ORDER = (Coalesce("parent__label", "label"), F("parent").asc(nulls_first=True), "label")


class CategoryField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Categories, each behind the heading it stands under."""

    def label_from_instance(self, obj: Model) -> str:
        return _under_heading(obj)


class CategoriesField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Several categories, each behind the heading it stands under."""

    def label_from_instance(self, obj: Model) -> str:
        return _under_heading(obj)


def _under_heading(row: Model) -> str:
    category = cast("Category", row)
    return f"{category.parent.label}: {category.label}" if category.parent else category.label


class TextForm(forms.Form):
    """The text of an article as somebody writes it."""

    title = forms.CharField(
        label=_("Title"),
        validators=[MaxLengthValidator(TITLE_LENGTH)],
        help_text=_("As somebody would ask it."),
        error_messages={"required": _("Give a title.")},
    )
    summary = forms.CharField(
        label=_("Summary"),
        validators=[MaxLengthValidator(SUMMARY_LENGTH)],
        help_text=_("One or two sentences: what it is about, and for whom."),
        widget=forms.Textarea({"rows": 2, "class": "short"}),
        error_messages={"required": _("Say in a few sentences what it is about.")},
    )
    body_markdown = forms.CharField(
        label=_("Text"),
        validators=[MaxLengthValidator(BODY_LENGTH)],
        widget=forms.Textarea({"rows": 24, "class": "editor", "spellcheck": "true"}),
        error_messages={"required": _("Write the text.")},
    )

    def written_in(self, language: str) -> Self:
        """Return the form, its fields in this language to who checks spelling or reads aloud."""
        for name in TextForm.base_fields:
            self.fields[name].widget.attrs["lang"] = language
        return self

    def clean_body_markdown(self) -> str:
        body = clean_text(self.cleaned_data["body_markdown"])
        if wrong := problems(body):
            raise ValidationError([str(problem) for problem in wrong])
        return body

    def text(self) -> Text:
        return Text(**{name: self.cleaned_data[name] for name in ("title", "summary", "body_markdown")})

    def typed(self) -> Text:
        """Return what was typed, whether it is right or not."""
        return Text(**{name: str(self[name].value() or "") for name in ("title", "summary", "body_markdown")})


class NewTextForm(TextForm):
    """The first text of an article, and what it is about first of all; its card says more."""

    application = forms.ModelChoiceField(
        label=_("Application"),
        queryset=Application.objects.filter(is_active=True),
        to_field_name="slug",
        required=False,
        empty_label=_("None or unknown"),
    )
    category = CategoryField(
        label=_("Category"),
        queryset=Category.objects.filter(is_active=True).select_related("parent").order_by(*CATEGORY_ORDER),
        to_field_name="code",
        required=False,
        empty_label=_("Choose a category"),
    )

    def chosen(self, name: str) -> Any:
        """Return what is chosen there, None when that cannot be."""
        try:
            return self.fields[name].clean(self[name].value())
        except ValidationError:
            return None

    def card(self) -> Card:
        about = self.cleaned_data
        return Card(
            applications=[about["application"]] if about["application"] else [],
            categories=[about["category"]] if about["category"] else [],
        )


class TranslationForm(TextForm):
    """The first text of a translation; `based_on` is the number of the one that is translated."""

    based_on = forms.IntegerField(required=False, widget=forms.HiddenInput)


class RevisionForm(TextForm):
    """A new text for an article that is there already; of a translation `follows` says which one it translates."""

    significance = forms.ChoiceField(
        label=_("What kind of change is it?"),
        choices=ArticleRevision.Significance.choices,
        initial=ArticleRevision.Significance.MEDIUM,
        widget=forms.RadioSelect,
        help_text=_("What is new or rewritten is read by a second person. Translations follow all but spelling."),
    )
    comment = forms.CharField(label=_("What changed"), required=False, validators=[MaxLengthValidator(COMMENT_LENGTH)])
    based_on = forms.IntegerField(widget=forms.HiddenInput)
    follows = forms.IntegerField(required=False, widget=forms.HiddenInput)


class CardForm(forms.Form):
    """What an article is about, for whom, and who looks after it."""

    audience = forms.ChoiceField(label=_("For whom?"), choices=Article.Audience.choices, widget=forms.RadioSelect)
    slug = forms.CharField(
        label=_("Short name in the address"),
        validators=[MaxLengthValidator(SLUG_LENGTH)],
        help_text=_("Who comes by the old name is sent on."),
    )
    applications = forms.ModelMultipleChoiceField(
        label=_("Applications"),
        queryset=Application.objects.none(),
        to_field_name="slug",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    categories = CategoriesField(
        label=_("Categories"),
        queryset=Category.objects.none(),
        to_field_name="code",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    owner = forms.ModelChoiceField(
        label=_("Who looks after it?"), queryset=User.objects.none(), required=False, empty_label=_("nobody")
    )
    verify_by = forms.DateField(
        label=_("Check again by"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    sources = forms.CharField(
        label=_("Sources"), required=False, help_text=_("One on each line."), widget=forms.Textarea({"rows": 4})
    )
    shown = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, article: Article, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._offer("applications", _choosable(Application.objects.all(), article.applications.all(), "name"))
        self._offer(
            "categories",
            _choosable(Category.objects.select_related("parent"), article.categories.all(), *CATEGORY_ORDER),
        )
        self._offer("owner", possible_owners(article))

    def _offer(self, field: str, rows: QuerySet[Any]) -> None:
        cast("forms.ModelChoiceField[Any]", self.fields[field]).queryset = rows

    def card(self, causes: Sequence[str]) -> Card:
        said = self.cleaned_data
        return Card(
            audience=said["audience"],
            applications=list(said["applications"]),
            categories=list(said["categories"]),
            causes=causes,
            sources=[line for line in map(clean_line, said["sources"].splitlines()) if line],
            owner=said["owner"],
            verify_by=said["verify_by"],
        )


def _choosable(rows: QuerySet[Any], chosen: QuerySet[Any], *order: str | Combinable | OrderBy) -> QuerySet[Any]:
    """Return what can be chosen, what stands on the card first; that may stay, also when it is out of use."""
    is_chosen = Q(pk__in=chosen.order_by().values("pk"))
    offered = rows.filter(is_chosen | Q(is_active=True))
    return offered.order_by(ExpressionWrapper(is_chosen, BooleanField()).desc(), *order)


class MomentForm(forms.Form):
    """A day and an hour, or none."""

    at = forms.DateTimeField(
        required=False, widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )


class DayForm(forms.Form):
    verify_by = forms.DateField(label=_("Check again by"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
