"""What a phone says of its level before the first vote: what it means, until when a link exists; and that it is so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask_babel import force_locale

from consensus import ballot_box as box
from consensus.i18n import init_languages
from consensus.models import Conference
from consensus.web import words

#: level -> what ends the link, and how each language says it
UNTIL = {
    "vote": ("close", {"en": "until the vote on the item closes", "sv": "tills röstningen om indikatorn stänger"}),
    "paper": ("seal", {"en": "until the round is sealed", "sv": "tills omgången förseglas"}),
    "panel": ("finish", {"en": "when the conference is finished", "sv": "när konferensen är avslutad"}),
}
MEANS = {
    "vote": {"en": "or that two votes are yours", "sv": "eller att två röster är dina"},
    "paper": {"en": "one unnamed paper; rounds cannot be joined", "sv": "olika omgångar kan inte kopplas ihop"},
    "panel": {"en": "a number that nobody can tie to you", "sv": "ett nummer som ingen kan knyta till dig"},
}


@pytest.fixture(params=["en", "sv"])
def said(request: pytest.FixtureRequest) -> tuple[str, words.Words]:
    app = Flask("words")
    init_languages(app)
    with app.test_request_context(), force_locale(request.param):
        return request.param, words.phone()


@pytest.mark.parametrize("level", UNTIL)
def test_a_phone_says_what_the_level_means_and_until_when_a_link_exists(
    said: tuple[str, words.Words], level: str
) -> None:
    language, texts = said
    assert MEANS[level][language] in texts[f"anonymity_{level}"]
    assert UNTIL[level][1][language] in texts[f"anonymity_{level}_link"]


def test_a_phone_promises_nothing_where_everybody_votes_alike(said: tuple[str, words.Words]) -> None:
    language, texts = said
    assert {"en": "tells everyone's vote", "sv": "hur var och en röstade"}[language] in texts["unanimous"]


@pytest.mark.parametrize("level", UNTIL)
def test_the_link_is_gone_when_the_phone_said_and_not_before(hall: Any, level: str) -> None:
    hall.begin(level=level).open(1)
    hall.vote(0, (1, "yes"))
    steps: dict[str, Callable[[], None]] = {
        "close": lambda: hall.close(1),
        "seal": hall.seal,
        "finish": lambda: finish(hall),
    }
    for name, step in steps.items():
        assert links(hall) != [], name
        step()
        box.unlink(hall.sessions, hall.keys)
        if name == UNTIL[level][0]:
            break
    assert links(hall) == []


def links(hall: Any) -> list[str]:
    return [name for name in hall.keys.scopes() if not name.endswith(".cards")]


def finish(hall: Any) -> None:
    with hall.sessions.begin() as session:
        conference = session.get_one(Conference, hall.conference)
        conference.state = "finished"
        box.forget_pseudonyms(session, conference)
