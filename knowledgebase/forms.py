from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

from knowledgebase.content import REASON_LENGTH

YES, NO = "yes", "no"


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
