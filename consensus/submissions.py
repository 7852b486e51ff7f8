"""What a phone sends as its vote, and what the facilitator types in for a seat on paper: one form for both."""

from __future__ import annotations

from consensus.ballot_box import Submission
from consensus.errors import Refusal
from consensus.tokens import Phone


def submission_of(seat: Phone, message: object) -> Submission:
    """Read a `vote` message. Raises Refusal("bad-choice") for one that is no such message."""
    if not isinstance(message, dict) or not isinstance(message.get("round"), str):
        raise Refusal("bad-choice", "This is not a vote: it needs a round and votes.")
    votes = message.get("votes")
    if not isinstance(votes, list) or not all(isinstance(vote, dict) for vote in votes):
        raise Refusal("bad-choice", "This is not a vote: votes must be a list of item and choice.")
    pairs = [(vote.get("item"), vote.get("choice")) for vote in votes]
    takes = {vote["item"]: vote["take"] for vote in votes if "take" in vote and isinstance(vote.get("item"), int)}
    return Submission(seat.conference, seat.seat, seat.generation, message["round"], pairs, takes)
