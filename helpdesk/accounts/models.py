"""Who there is: administrations, persons, their accounts, teams and tokens."""

import secrets
from collections.abc import Iterator
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.organisation_names import display_name
from helpdesk.kernel.history import ActorRecords


class Organisation(models.Model):
    """An administration. `uri`, `kbo_number` and `ovo_code` as in the Organisatieportaal; a dissolved one stays."""

    uri = models.CharField(_("URI"), max_length=200, unique=True)
    name = models.CharField(_("name"), max_length=200)
    legal_name = models.CharField(_("legal name"), max_length=200, blank=True)
    classification = models.CharField(_("type of administration"), max_length=80)
    classification_uri = models.CharField(max_length=200, blank=True)
    kbo_number = models.CharField(_("KBO number"), max_length=10, null=True, blank=True, unique=True)
    ovo_code = models.CharField(_("OVO code"), max_length=9, null=True, blank=True, unique=True)
    nis_code = models.CharField(_("NIS code"), max_length=5, blank=True, db_index=True)
    province = models.CharField(_("province"), max_length=40, blank=True)
    postcode = models.CharField(max_length=10, blank=True)
    source_status = models.CharField(max_length=40, blank=True)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    successors = models.ManyToManyField("self", symmetrical=False, related_name="predecessors", blank=True)
    # Folded names, codes and former names, for finding.
    search_text = models.TextField(blank=True, editable=False)
    # What the shipped data said at the last import: an import touches only rows that differ from it.
    source_digest = models.CharField(max_length=32, blank=True, editable=False)

    history = ActorRecords(excluded_fields=["search_text", "source_digest"])

    class Meta:
        ordering = ["name", "classification"]

    def __str__(self) -> str:
        return self.display_name

    @property
    def display_name(self) -> str:
        """The name people recognise: "OCMW Aalst", "Aalst (gemeente)"."""
        return display_name(self.name, self.classification)


class OrganisationName(models.Model):
    """A name and NIS code an administration bore in a period; the present ones too."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="names")
    name = models.CharField(max_length=200)
    nis_code = models.CharField(max_length=5, blank=True, db_index=True)
    valid_from = models.DateField(null=True, blank=True)
    valid_until = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class OrganisationLineage(models.Model):
    """Transitive closure of succession: what belonged to `ancestor` is now the business of `organisation`."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="ancestry")
    ancestor = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="descent")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "ancestor"], name="one_lineage_row")]

    def __str__(self) -> str:
        return f"{self.ancestor_id} -> {self.organisation_id}"


class Person(models.Model):
    """Somebody who writes to us. Erasable, so without history; the same address with another name is another person."""

    name = models.CharField(_("name"), max_length=120)
    email = models.EmailField(_("e-mail address"), max_length=254)
    # The address in lower case: what two addresses are compared by.
    email_key = models.CharField(max_length=254, editable=False)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["email_key", "name"], name="one_person_per_address_and_name")]

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(username=username)


def new_session_salt() -> str:
    return secrets.token_hex(16)


class User(AbstractBaseUser):
    """Credentials. Who it is stands in `person`."""

    username = models.CharField(_("user name"), max_length=150, unique=True)
    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="user")
    is_active = models.BooleanField(_("active"), default=True)
    email_is_verified = models.BooleanField(_("address is verified"), default=False)
    # Every session is bound to it: another value ends them all, also those that began without a password.
    session_salt = models.CharField(max_length=32, default=new_session_salt, editable=False)

    USERNAME_FIELD = "username"

    objects = UserManager()
    history = ActorRecords(excluded_fields=["password", "last_login", "session_salt"])

    def __str__(self) -> str:
        return self.person.name

    def save(self, *args: Any, **options: Any) -> None:
        """Keep the moment of signing in out of the history: it is no decision."""
        if options.get("update_fields") == ["last_login"]:
            User.objects.filter(pk=self.pk).update(last_login=self.last_login)
            return
        super().save(*args, **options)

    def get_session_auth_hash(self) -> str:
        secret = f"{self.password}{self.session_salt}"
        return salted_hmac("aanspreekpunt.session", secret, algorithm="sha256").hexdigest()

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        """Nothing but the present hash counts: a new secret key ends every session."""
        return iter(())


class Role(models.TextChoices):
    AGENT = "agent", _("agent")
    SUPERVISOR = "supervisor", _("supervisor")
    EDITOR = "editor", _("editor")
    ANALYST = "analyst", _("analyst")
    ADMIN = "admin", _("administrator")


class RoleGrant(models.Model):
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="role_grants")
    role = models.CharField(_("role"), max_length=20, choices=Role)

    history = ActorRecords()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "role"], name="one_grant_per_role")]

    def __str__(self) -> str:
        return self.get_role_display()


class Membership(models.Model):
    """A person works for an administration, in a period."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(
        Organisation, verbose_name=_("administration"), on_delete=models.PROTECT, related_name="memberships"
    )
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)

    history = ActorRecords()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "organisation"], name="one_membership")]

    def __str__(self) -> str:
        return f"{self.person_id} @ {self.organisation_id}"


class Team(models.Model):
    """People who work together; queues are given to teams."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    members = models.ManyToManyField(User, verbose_name=_("members"), related_name="teams", blank=True)

    history = ActorRecords(m2m_fields=[members])

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class ApiToken(models.Model):
    """A key to the API: of a person (`user`) or of an integration (`team`). Only its hash is kept."""

    name = models.CharField(_("name"), max_length=80)
    token_hash = models.CharField(max_length=64, unique=True)
    user = models.ForeignKey(
        User, verbose_name=_("person"), on_delete=models.CASCADE, null=True, blank=True, related_name="api_tokens"
    )
    team = models.ForeignKey(
        Team, verbose_name=_("team"), on_delete=models.PROTECT, null=True, blank=True, related_name="api_tokens"
    )
    scopes = models.JSONField(_("scopes"), default=list)
    writes_per_minute = models.PositiveIntegerField(_("writes a minute"), null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    history = ActorRecords(excluded_fields=["token_hash"])

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(user=None, team__isnull=False) | models.Q(user__isnull=False, team=None),
                name="token_of_a_person_or_an_integration",
            ),
        ]

    def __str__(self) -> str:
        return self.name
