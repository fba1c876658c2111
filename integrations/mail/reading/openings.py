"""The first words of a mail, in one form to compare with phrases."""

from integrations.mail.parsing.parsed import ParsedMail

MOST = 4000

_SAME = str.maketrans({"‘": "'", "’": "'", "´": "'", "`": "'", "“": '"', "”": '"', "\xa0": " "})


def told(text: str) -> str:
    """Return the text in lower case, with one kind of apostrophe and single spaces."""
    return " ".join(text.translate(_SAME).lower().split())


def opening_of(mail: ParsedMail) -> str:
    """Return what the mail itself says first, from its first letter on, without what it quotes."""
    lines = (line for line in mail.text[:MOST].splitlines() if not line.lstrip().startswith(">"))
    return told("\n".join(lines)).lstrip("-*#=_~|+ \"'")
