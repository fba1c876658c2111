"""What the process that reads mail says about a mail, also when it cannot be read."""

import traceback
from dataclasses import dataclass

from integrations.mail.parsing.parsed import UnprocessableError
from integrations.mail.reading.read import ReadMail, read


@dataclass(frozen=True, kw_only=True)
class Failure:
    code: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One of the two is there."""

    mail: ReadMail | None
    failure: Failure | None


def answer_to(raw: bytes) -> Answer:
    """Return what the mail says, or why not in words without anything of the mail."""
    try:
        return Answer(mail=read(raw), failure=None)
    except UnprocessableError as error:
        return failed(error.code, str(error))
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever a mail sets off is about that mail alone
        place = traceback.extract_tb(error.__traceback__)[-1]
        return failed("error", f"{type(error).__name__} in {place.name}, line {place.lineno} of {place.filename}")


def failed(code: str, text: str) -> Answer:
    return Answer(mail=None, failure=Failure(code=code, text=text))
