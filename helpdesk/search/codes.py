"""Exact identifiers: who types one wants just that, however the marks and spaces in it are put."""

import re

_BETWEEN = r"[\s.\-/]*"
_CROCKFORD = "[0-9A-Z]"
_REFERENCE = re.compile(rf"(?<!\w)AP[\s\-]*((?:{_CROCKFORD}[\s\-]*){{6}}{_CROCKFORD})(?!\w)")
_OVO = re.compile(rf"(?<!\w)OVO{_BETWEEN}(\d{{6}})(?!\w)")
# With marks between the groups it is a KBO number wherever it stands; bare digits only when nothing else is asked.
_KBO = re.compile(r"(?<![\w.])(?:BE[\s.]?)?([01]\d{3})[\s.](\d{3})[\s.](\d{3})(?![\w.])")
_KBO_ALONE = re.compile(r"(?:BE)?([01]\d{9}|[4-9]\d{8})")
_NIS_ALONE = re.compile(r"\d{5}")
# A reference without its last character, and without AP where it looks like no word.
_PART_ALONE = re.compile(rf"(?:AP[\s\-]+|(?=[A-Z]*\d)(?:AP)?)({_CROCKFORD}{{6}})")
# What is read out by phone and written down as another sign.
_MISHEARD = str.maketrans("OIL", "011")
_MARKS = re.compile(r"[^0-9A-Z]")


def normal_code(code: str) -> str:
    """Return how an identifier stands in the index: without marks, in capitals; an address as it is."""
    if "://" in code:
        return code.strip().lower()
    bare = _MARKS.sub("", code.upper())
    return f"AP{bare[2:].translate(_MISHEARD)}" if _REFERENCE.fullmatch(code.upper()) else bare


def codes_in(text: str) -> tuple[str, ...]:
    """Return the identifiers that somebody asks for, as they stand in the index."""
    asked = text.strip().upper()
    if "://" in asked and " " not in asked:
        return (normal_code(text),)
    bare = _MARKS.sub("", asked)
    if alone := _KBO_ALONE.fullmatch(bare):
        return (alone[1].zfill(10),)
    if _NIS_ALONE.fullmatch(bare):
        return (bare,)
    if part := _PART_ALONE.fullmatch(asked):
        return (part[1].translate(_MISHEARD),)
    found = [f"AP{_MARKS.sub('', code).translate(_MISHEARD)}" for code in _references(asked)]
    found += [f"OVO{digits}" for digits in _OVO.findall(asked)]
    found += ["".join(groups) for groups in _KBO.findall(asked)]
    return tuple(dict.fromkeys(found))


def _references(asked: str) -> list[str]:
    """Return what may be references; inside a sentence it must look more like one than "apparaten" does."""
    return [
        found[1]
        for found in _REFERENCE.finditer(asked)
        if found[0] == asked or "-" in found[0] or re.search(r"\d", found[0])
    ]
