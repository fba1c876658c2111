"""The first administrator of an empty installation."""

import getpass
import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email

from helpdesk.accounts import administration
from helpdesk.accounts.actors import System
from helpdesk.accounts.models import Role, User
from helpdesk.kernel.policy import RefusedError
from helpdesk.kernel.text import clean_line


class Command(BaseCommand):
    help = "Make an administrator who can sign in with a password."

    def add_arguments(self, parser: ArgumentParser) -> None:
        for name in ("name", "email", "username"):
            parser.add_argument(f"--{name}", help="asked for when it is not given")
        parser.add_argument("--password-stdin", action="store_true", help="read the password from standard input")
        parser.add_argument("--json", action="store_true", help="print the account as JSON")

    def handle(self, **options: Any) -> None:
        username = _given(options, "username", "User name")
        if User.objects.filter(username__iexact=username).exists():
            raise CommandError(f"There is a user called {username} already.")
        account = administration.Account(
            username=username,
            name=_given(options, "name", "Name"),
            email=_email(_given(options, "email", "E-mail address")),
            email_is_verified=True,
            roles=frozenset({Role.ADMIN}),
        )
        password = _password(is_piped=options["password_stdin"])
        _check_password(password, account)
        self._report(_create(account, password), as_json=options["json"])

    def _report(self, user: User, *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps({"id": user.pk, "username": user.username}))
        else:
            self.stderr.write(f"{user.username} can sign in and is an administrator.")


def _create(account: administration.Account, password: str) -> User:
    try:
        return administration.create_account(actor=System(), account=account, password=password)
    except RefusedError as refusal:
        raise CommandError(str(refusal)) from refusal


def _given(options: dict[str, Any], name: str, question: str) -> str:
    answer = options[name] or (_asked(question) if sys.stdin.isatty() else "")
    if not clean_line(answer):
        raise CommandError(f"Give --{name}.")
    return clean_line(answer)


def _asked(question: str) -> str:
    """Ask on stderr, because stdout is for data."""
    print(f"{question}: ", end="", file=sys.stderr, flush=True)  # noqa: T201 - input() would write it to stdout
    return input()


def _email(address: str) -> str:
    try:
        validate_email(address)
    except ValidationError as error:
        raise CommandError(f"{address} is no e-mail address.") from error
    return address


def _password(*, is_piped: bool) -> str:
    if is_piped:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise CommandError("Give the password on standard input with --password-stdin.")
    password = getpass.getpass("Password: ")
    if password != getpass.getpass("Password again: "):
        raise CommandError("The two passwords differ.")
    return password


def _check_password(password: str, account: administration.Account) -> None:
    try:
        validate_password(password, User(username=account.username))
    except ValidationError as error:
        raise CommandError(" ".join(error.messages)) from error
