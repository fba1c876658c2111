"""The judge itself: each thing that can go wrong is seen."""

from dataclasses import replace

import pytest

from tests.faults.ledger import SPOTLESS, judge

CLEAN = {"halves": {"messages without body": 0}, "undone": {"mails": 0}}


@pytest.fixture
def opened(ledger):
    operation = ledger.begin("ticket", "form")
    ledger.acknowledge(operation)
    return operation


def found(*markers, **values):
    return CLEAN | {"markers": list(markers), "subjects": list(markers)} | values


def test_what_is_there_once_and_confirmed_once_is_spotless(ledger, opened):
    assert judge(ledger, found(opened.marker), {opened.address: 1}) == SPOTLESS


def test_an_acknowledged_ticket_that_is_not_there_is_lost(ledger, opened):
    assert judge(ledger, found(), {}) == replace(SPOTLESS, lost=[opened.marker])


def test_what_stands_there_twice_is_doubled(ledger, opened):
    verdict = judge(ledger, found(opened.marker, opened.marker), {opened.address: 1})
    assert verdict == replace(SPOTLESS, doubled=[opened.marker])


@pytest.mark.parametrize("mails", [0, 2])
def test_a_ticket_without_exactly_one_confirmation_is_named(ledger, opened, mails):
    verdict = judge(ledger, found(opened.marker), {opened.address: mails})
    assert verdict == replace(SPOTLESS, without_one_confirmation=[opened.marker])


def test_a_ticket_nobody_was_told_of_may_be_there_but_whole_and_confirmed(ledger):
    begun = ledger.begin("ticket", "form")
    assert judge(ledger, found(), {}) == SPOTLESS
    assert judge(ledger, found(begun.marker), {}) == replace(SPOTLESS, without_one_confirmation=[begun.marker])


def test_halves_and_what_is_left_undone_are_counted(ledger, opened):
    findings = found(opened.marker, halves={"messages without body": 2}, undone={"mails": 1, "events": 0})
    verdict = judge(ledger, findings, {opened.address: 1})
    assert verdict == replace(SPOTLESS, halves={"messages without body": 2}, undone={"mails": 1})


def test_the_ledger_stands_on_disk_line_by_line(ledger, opened, tmp_path):
    lines = (tmp_path / "ledger.jsonl").read_text().splitlines()
    assert [line.partition('"state": ')[2] for line in lines] == ['"begun"}', '"acknowledged"}']
