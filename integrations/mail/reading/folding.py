from dataclasses import dataclass


@dataclass(frozen=True)
class Fold:
    start: int
    end: int
    kind: str


def folds_of(text: str) -> list[Fold]:
    folds = []
    at = 0
    for line in text.splitlines(keepends=True):
        if line.startswith(">"):
            folds.append(Fold(at, at + len(line), "quote"))
        at += len(line)
    return folds
