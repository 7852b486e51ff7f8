"""The demo's items: complete, varied, and texts of their own."""

from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
DEMO_ITEMS = CHECKOUT / "consensus" / "demo" / "items.csv"
SUNDBYHOLM = CHECKOUT.parent / "shared" / "sundbyholm"
PERSPECTIVES = {"deltagare", "medarbetare", "organisation", "samhälle"}
RUN = 6  # that many words in a row are a borrowed sentence, not a coincidence

Row = dict[str, str]


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    with DEMO_ITEMS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def runs(text: str) -> set[tuple[str, ...]]:
    """Every run of `RUN` consecutive words. Case and punctuation do not count."""
    found = words(text)
    return {tuple(found[start : start + RUN]) for start in range(len(found) - RUN + 1)}


def test_the_header_is_the_one_that_intake_documents() -> None:
    with DEMO_ITEMS.open(encoding="utf-8", newline="") as file:
        assert next(csv.reader(file)) == ["number", "kind", "text", "explanation", "perspective"]


def test_there_are_97_process_and_40_effect_items(rows: list[Row]) -> None:
    assert [row["kind"] for row in rows] == ["process"] * 97 + ["effect"] * 40


def test_numbers_are_consecutive_from_1(rows: list[Row]) -> None:
    assert [row["number"] for row in rows] == [str(number) for number in range(1, 138)]


def test_each_of_the_four_perspectives_has_at_least_8_items(rows: list[Row]) -> None:
    count = Counter(row["perspective"] for row in rows)
    assert set(count) == PERSPECTIVES
    assert min(count.values()) >= 8


def test_each_kind_has_items_of_every_perspective(rows: list[Row]) -> None:
    for kind in ("process", "effect"):
        assert {row["perspective"] for row in rows if row["kind"] == kind} == PERSPECTIVES


def test_texts_are_unique(rows: list[Row]) -> None:
    texts = Counter(" ".join(words(row["text"])) for row in rows)
    assert [text for text, times in texts.items() if times > 1] == []


def test_no_two_texts_share_a_sentence(rows: list[Row]) -> None:
    first_with: dict[tuple[str, ...], str] = {}
    for row in rows:
        for run in runs(row["text"]):
            assert run not in first_with, f"items {first_with[run]} and {row['number']} share {' '.join(run)!r}"
            first_with[run] = row["number"]


def test_texts_fit_a_screen_and_a_phone(rows: list[Row]) -> None:
    assert [row["number"] for row in rows if not 40 <= len(row["text"]) <= 160] == []


def test_about_two_thirds_have_an_explanation_of_sane_length(rows: list[Row]) -> None:
    explanations = [row["explanation"] for row in rows if row["explanation"]]
    assert 82 <= len(explanations) <= 100
    assert [text for text in explanations if not 20 <= len(text) <= 140] == []


def test_cells_are_trimmed_and_unnumbered(rows: list[Row]) -> None:
    for row in rows:
        assert all(cell == " ".join(cell.split()) for cell in row.values()), row
        assert row["text"][0].isupper(), row
        assert not row["text"].endswith("."), row


@pytest.mark.sundbyholm
@pytest.mark.parametrize("name", ["items.csv", "report.txt"])
def test_no_text_is_borrowed_from_the_2014_conference(rows: list[Row], name: str) -> None:
    source = SUNDBYHOLM / name
    if not source.exists():
        pytest.skip(f"../shared/sundbyholm/{name} is not beside this checkout: nothing to compare with")
    published = runs(source.read_text(encoding="utf-8"))
    assert published, f"{name} holds no text to compare with"
    borrowed = {
        row["number"]: [" ".join(run) for run in shared]
        for row in rows
        if (shared := (runs(row["text"]) | runs(row["explanation"])) & published)
    }
    assert borrowed == {}
