"""The evaluation: one sheet a seat, sealed so that nothing joins it to anybody. All on SQLite and on PostgreSQL."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import pytest
from sqlalchemy import select

from consensus import evaluation
from consensus.backup import write_backup
from consensus.database import connect
from consensus.errors import Refusal
from consensus.evaluation import Evaluated, Sheet
from consensus.keys import voter
from consensus.languages import LANGUAGES
from consensus.models import Conference, Evaluation, OpenSheet, SealedAnswer, SealedComment
from tests.consensus.room import Room, plan_text, round_keys

SIX: list[str | None] = ["satisfied"] * 6
PLAN = plan_text(round_keys())


class Panel:
    """A room whose conference is finished, and what its seats think of it."""

    def __init__(self, room: Room, seats: int = 6) -> None:
        self.room = room.begin(PLAN, seats=seats).hold("A", {1: 2, 2: 1})
        self.room.lead("seal", "finish")

    def hand_in(self, place: int, answers: object = None, comment: object = "", generation: int = 1) -> str | None:
        """Hand in a sheet from the seat at a place; the code of the refusal, None for stored."""
        answers = SIX if answers is None else answers
        sheet = Sheet(self.room.id, self.room.seats[place], generation, answers, comment)
        try:
            evaluation.record(self.room.sessions, self.room.keys, sheet)
        except Refusal as refusal:
            return refusal.code
        return None

    def result(self) -> Evaluated | None:
        with self.room.sessions() as session:
            return evaluation.result_of(session, session.get_one(Conference, self.room.id))

    def counts(self) -> Sequence[object]:
        found = self.result()
        assert found is not None
        return [question.counts for question in found.questions]


@pytest.fixture
def panel(room: Room) -> Panel:
    found = Panel(room)
    found.room.act("open-evaluation")
    return found


def test_what_the_panel_thinks_is_counted_once_the_evaluation_is_closed(panel: Panel) -> None:
    for place in range(5):
        assert panel.hand_in(place, ["satisfied", "neither", None, *SIX[3:]], f"thought {place}") is None
    assert panel.hand_in(5, ["dissatisfied", None, None, *SIX[3:]]) is None
    assert panel.result() is None
    panel.room.act("close-evaluation")
    found = panel.result()
    assert found is not None
    assert found.sheets == 6
    assert panel.counts()[0] == {"satisfied": 5, "neither": 0, "dissatisfied": 1}
    assert panel.counts()[1] == {"satisfied": 0, "neither": 5, "dissatisfied": 0}
    assert panel.counts()[2] is None
    assert sorted(found.comments) == [f"thought {place}" for place in range(5)]


def test_a_seat_has_one_sheet_and_may_change_it_until_the_close(panel: Panel) -> None:
    for place in range(6):
        panel.hand_in(place, ["dissatisfied", *SIX[1:]], "first")
        assert panel.hand_in(place, SIX, "second") is None
    panel.room.act("close-evaluation")
    assert panel.hand_in(0) == "closed"
    found = panel.result()
    assert found is not None
    assert (found.sheets, set(found.comments)) == (6, {"second"})
    assert panel.counts()[0] == {"satisfied": 6, "neither": 0, "dissatisfied": 0}


@pytest.mark.parametrize(
    ("answers", "comment"),
    [
        (None, ""),
        ("satisfied", ""),
        (SIX[:5], ""),
        ([*SIX, "satisfied"], ""),
        (["very", *SIX[1:]], ""),
        ([1, *SIX[1:]], ""),
        ([["satisfied"], *SIX[1:]], ""),
        ([None] * 6, ""),
        ([None] * 6, " \n "),
        (SIX, None),
        (SIX, 7),
        (SIX, "x" * 2001),
    ],
)
def test_what_is_no_sheet_is_refused_and_leaves_no_trace(panel: Panel, answers: object, comment: object) -> None:
    sheet = Sheet(panel.room.id, panel.room.seats[0], 1, answers, comment)
    with pytest.raises(Refusal) as refused:
        evaluation.record(panel.room.sessions, panel.room.keys, sheet)
    assert refused.value.code == "bad-choice"
    assert panel.room.count(OpenSheet) == 0


def test_only_the_live_phone_of_a_seat_answers(panel: Panel) -> None:
    assert panel.hand_in(0, generation=2) == "unknown-seat"
    panel.room.seats[1] = "0" * 16
    assert panel.hand_in(1) == "unknown-seat"


def test_what_no_database_takes_is_left_out_of_the_free_text(panel: Panel) -> None:
    for place in range(5):
        assert panel.hand_in(place, SIX, "good\x00 \ud800 day  \r\n😀\n") is None
    panel.room.act("close-evaluation")
    found = panel.result()
    assert found is not None
    assert set(found.comments) == {"good day\n😀"}


def test_fewer_than_five_sheets_are_not_shown(panel: Panel) -> None:
    for place in range(4):
        panel.hand_in(place, SIX, "mine")
    panel.room.act("close-evaluation")
    found = panel.result()
    assert found is not None
    assert (found.sheets, found.comments) == (None, ())
    assert panel.counts() == [None] * 6


def test_while_it_is_open_nobody_is_told_more_than_how_many(room: Room) -> None:
    panel = Panel(room, seats=10)
    panel.room.act("open-evaluation")
    before = panel.room.snapshot("facilitator")["evaluation"]
    panel.hand_in(0, ["dissatisfied", *SIX[1:]], "a word")
    for audience in ("screen", "facilitator"):
        told = panel.room.snapshot(audience)["evaluation"]
        assert told == {**before, "handed_in": 1}
        assert told["result"] is None
    assert panel.room.snapshot("phone")["evaluation"] == {"state": "open", "questions": before["questions"]}


def test_with_few_seats_not_even_how_many(panel: Panel) -> None:
    panel.hand_in(0)
    assert panel.room.snapshot("facilitator")["evaluation"]["handed_in"] is None


def test_the_screen_gets_the_result_when_it_is_to_be_shown_and_never_what_was_written(panel: Panel) -> None:
    for place in range(6):
        panel.hand_in(place, SIX, "mine")
    panel.room.lead("close-evaluation")
    assert panel.room.snapshot("screen")["evaluation"]["result"] is None
    assert panel.room.snapshot("facilitator")["evaluation"]["result"]["comments"] == ["mine"] * 6
    panel.room.lead("show-evaluation")
    assert panel.room.snapshot("screen")["evaluation"]["result"]["counts"][0]["satisfied"] == 6
    assert panel.room.snapshot("screen")["evaluation"]["result"]["comments"] == []
    assert panel.room.snapshot("phone")["evaluation"] is None
    panel.room.lead(("show-evaluation", {"show": False}))
    assert panel.room.snapshot("screen")["evaluation"]["result"] is None


def test_the_close_destroys_the_key_and_leaves_no_sheet(panel: Panel) -> None:
    scope = f"{panel.room.id}.evaluation"
    key = panel.room.keys.get(scope)
    assert key is not None
    panel.hand_in(0)
    with panel.room.sessions() as session:
        assert session.scalar(select(OpenSheet.voter)) == voter(key, panel.room.seats[0])
    panel.room.act("close-evaluation")
    assert panel.room.keys.get(scope) is None
    assert panel.room.count(OpenSheet) == 0


def test_a_key_outlives_the_finish_while_the_evaluation_is_open(room: Room) -> None:
    room.begin(PLAN, seats=6).hold("A", {1: 2, 2: 1})
    room.lead("seal", "open-evaluation", "finish")
    assert room.keys.scopes() == [f"{room.id}.evaluation"]


def test_the_order_of_handing_in_is_nowhere_in_what_is_sealed(room: Room) -> None:
    panel = Panel(room)
    sealed = []
    for order in (range(6), reversed(range(6))):
        with room.sessions.begin() as session:
            conference = session.get_one(Conference, room.id)
            evaluation.open_evaluation(session, room.keys, conference, evaluation.read_questions(None))
        for place in order:
            panel.hand_in(place, [("satisfied", "neither", "dissatisfied")[place % 3], *SIX[1:]], f"by {place}")
        with room.sessions() as session:
            evaluation.close(session, session.get_one(Conference, room.id), random.Random(7))
            answers = session.execute(select(SealedAnswer.id, SealedAnswer.question, SealedAnswer.answer)).all()
            comments = session.execute(select(SealedComment.id, SealedComment.text)).all()
            sealed.append((answers, comments))
            session.rollback()
    assert sealed[0] == sealed[1]


def test_an_evaluation_that_was_answered_is_not_opened_again(panel: Panel) -> None:
    panel.room.lead("close-evaluation", "open-evaluation")  # nobody had answered
    panel.hand_in(0)
    panel.room.lead("close-evaluation")
    assert panel.room.tried("open-evaluation") == "not-now"


def test_the_facilitators_own_questions_are_asked_in_either_language(room: Room) -> None:
    panel = Panel(room)
    panel.room.lead(("open-evaluation", {"questions": [" The  food ", "", "The chairs"]}))
    questions = panel.room.snapshot("phone")["evaluation"]["questions"]
    assert questions == {"sv": ["The food", "The chairs"], "en": ["The food", "The chairs"]}


@pytest.mark.parametrize("questions", [[], ["", " "], "one", [1], ["x" * 201], ["a"] * 13])
def test_what_is_no_list_of_questions_is_refused(room: Room, questions: object) -> None:
    assert Panel(room).room.tried("open-evaluation", questions=questions) == "bad-choice"


def test_the_standard_questions_are_six_in_every_language() -> None:
    assert {len(texts) for texts in (evaluation.standard_questions(language) for language in LANGUAGES)} == {6}
    assert evaluation.read_questions(evaluation.standard_questions("sv")) == evaluation.read_questions(None)


def test_a_question_is_said_in_english_where_a_language_came_later() -> None:
    question = evaluation.Question({"sv": "Hur gick det?", "en": "How did it go?"}, None)
    assert (question.said("sv"), question.said("fi")) == ("Hur gick det?", "How did it go?")


def test_nobody_is_asked_during_a_round(room: Room) -> None:
    room.begin(PLAN, seats=6)
    room.lead(("start", {"round": "A"}))
    assert room.tried("open-evaluation") == "not-now"


def test_a_backup_has_no_sheet_and_lets_the_evaluation_be_held_anew(panel: Panel, tmp_path: Path) -> None:
    panel.hand_in(0, SIX, "mine")
    file = tmp_path / "backup.db"
    engine = panel.room.sessions.kw["bind"]
    write_backup(engine, file)
    assert b"mine" not in file.read_bytes()
    copy = connect(f"sqlite:///{file}")
    with copy.connect() as connection:
        assert connection.execute(select(OpenSheet.voter)).all() == []
        assert connection.execute(select(Evaluation.state)).all() == []
    copy.dispose()


def test_undo_leaves_the_evaluation_and_the_address_alone(panel: Panel) -> None:
    panel.room.lead("publish")
    assert panel.room.act("undo", reason="too early")
    assert panel.room.state == "sealed"
    seen = panel.room.snapshot("facilitator")
    assert seen["evaluation"]["state"] == "open"
    assert seen["published"]["path"].startswith(f"/result/{panel.room.id}/")
