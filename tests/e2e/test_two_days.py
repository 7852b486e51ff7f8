"""The two days of a conference in real browsers: two facilitators, two screens, eight phones, two who vote on paper.

From the plan and the items in the browser to the archive that is recounted. Who votes what, and what must come of it,
stands in `two_days/script.py`.
"""

from __future__ import annotations

import pytest

from tests.e2e.hall import Hall
from tests.e2e.two_days import afterwards, before, between, doors, first_vote, own_pace
from tests.e2e.two_days.reloads import reload_all

pytestmark = pytest.mark.browser


def test_two_days(own_hall: Hall) -> None:
    days = before.prepare(own_hall)
    doors.first_cards_are_scanned(days)
    reload_all(days, "draft")
    doors.doors_open(days)
    reload_all(days, "lobby")
    first_vote.round_begins(days)
    first_vote.first_item_with_reloads(days)
    first_vote.vote_by_mistake_is_voided(days)
    first_vote.somebody_comes_late(days)
    first_vote.third_item_with_the_laptop_closed(days)
    first_vote.fourth_item_with_a_lost_card(days)
    first_vote.fifth_item_closed_too_soon(days)
    first_vote.tie_is_decided(days)
    first_vote.round_is_sealed_taken_back_and_sealed(days)
    between.arguments_are_written_and_looked_at(days)
    between.tables_are_drawn_and_found(days)
    between.second_vote(days)
    own_pace.effects_are_rated(days)
    own_pace.core_is_picked(days)
    afterwards.conference_is_finished(days)
    afterwards.panel_says_what_it_thinks(days)
    afterwards.evaluation_is_shown(days)
    afterwards.result_is_read_by_others(days)
    afterwards.documents_hold_what_the_phones_gave(days)
    afterwards.archive_is_recounted(days)
