"""Take votes: many submissions in one transaction, each answered by itself, acknowledged once it is committed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from sqlalchemy import BindParameter, bindparam, delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, sessionmaker

from consensus.ballot_box.links import scope
from consensus.ballot_box.sql import insert_new, upsert_votes
from consensus.database import storage
from consensus.errors import Refusal
from consensus.keys import KeyStore, voter
from consensus.models import Conference, OpenPaper, OpenVote, PoolItem, Run, Seat
from rounds.ballot import Ballot, parse_ballot
from rounds.errors import BallotError

#: No choice of any ballot is longer; what is longer is not echoed.
LONGEST_CHOICE = 20
#: Up to so many seats are looked up by their ids; above, it is cheaper to read all of the conference.
MANY_SEATS = 500
ballot_of = lru_cache(maxsize=256)(parse_ballot)

# Built once: to build a statement takes longer than to run it.
CONFERENCE: BindParameter[str] = bindparam("conference")
SEATS = select(Seat.id, Seat.generation).where(Seat.conference_id == CONFERENCE, ~Seat.withdrawn)
SOME_SEATS = SEATS.where(Seat.id.in_(bindparam("seats", expanding=True)))
#: Shared with other recorders; whoever closes an item waits for us, or we for him and then see it closed.
CURRENT_RUN = (
    select(Run.id, Run.round_id, Run.state, Run.ballot, Conference.anonymity)
    .join(Conference, Conference.run_id == Run.id)
    .where(Conference.id == CONFERENCE)
    .with_for_update(read=True, of=Run)
)
POOL = select(PoolItem.number).where(PoolItem.run_id == bindparam("run"))
OPEN = select(PoolItem.number, PoolItem.take).where(PoolItem.run_id == bindparam("run"), PoolItem.state == "open")


@dataclass(frozen=True, slots=True)
class Submission:
    """What one phone sends: votes as (item number, choice), as they came. generation: of the phone's token.

    takes: item number -> which vote on it the phone means (`PoolItem.take`), as far as it says so.
    """

    conference: str
    seat: str
    generation: int
    round: str
    votes: Sequence[tuple[int, str]]
    takes: Mapping[int, int] = field(default_factory=dict)


class BallotBox:
    """Where votes go in."""

    def __init__(self, sessions: sessionmaker[Session], keys: KeyStore) -> None:
        self._sessions = sessions
        self._keys = keys

    def record(self, submissions: Sequence[Submission]) -> list[Refusal | None]:
        """Store votes durably; answer each submission in order, None for stored.

        One transaction for all. A submission that is refused leaves no trace and harms no other; where the commit
        fails, exactly those in it are answered "storage" and may be sent again. In one batch the later submission
        of a seat wins. Codes: unknown-seat, closed, not-on-ballot, bad-choice, too-many, stale, storage.
        """
        answers: list[Refusal | None] = [None] * len(submissions)
        try:
            with storage(), self._sessions.begin() as session:
                _record(session, self._keys, submissions, answers)
        except Refusal as refusal:
            return [answer or refusal for answer in answers]
        except IntegrityError:
            # The schema refused what the checks let through. Find out which one it was; the rest are not to suffer.
            if len(submissions) > 1:
                return [self.record([submission])[0] for submission in submissions]
            return [answers[0] or Refusal("storage", "The vote could not be stored.")]
        return answers


def _record(session: Session, keys: KeyStore, submissions: Sequence[Submission], answers: list[Refusal | None]) -> None:
    places = defaultdict(list)
    for place, submission in enumerate(submissions):
        places[submission.conference].append(place)
    for conference_id in sorted(places):
        own = places[conference_id]
        voting = _Voting(session, keys, conference_id)  # first, as it may wait
        generations = _generations(session, conference_id, {submissions[place].seat for place in own})
        for place in own:
            try:
                voting.take(submissions[place], generations)
            except Refusal as refusal:
                answers[place] = refusal
        voting.store()


def _generations(session: Session, conference_id: str, seats: Iterable[str]) -> dict[str, int]:
    wanted = list(seats)
    if len(wanted) > MANY_SEATS:
        rows = session.connection().execute(SEATS, {"conference": conference_id})
    else:
        rows = session.connection().execute(SOME_SEATS, {"conference": conference_id, "seats": wanted})
    return dict(rows.all())


class _Voting:
    """The vote under way in one conference, as this transaction sees it, and the papers it takes."""

    def __init__(self, session: Session, keys: KeyStore, conference_id: str) -> None:
        self.session, self.keys, self.conference_id = session, keys, conference_id
        self.papers: dict[bytes, dict[int, str]] = {}
        self._links: dict[int, bytes] = {}
        run = session.connection().execute(CURRENT_RUN, {"conference": conference_id}).one_or_none()
        # Taken out of the row: its attributes are looked up by name each time, and there are thousands of votes.
        self.run_id, self.round_id, self.state, ballot, self.level = run or (0, "", "", "yes-no", "")
        self.ballot = ballot_of(ballot)

    @cached_property
    def open(self) -> dict[int, int]:
        """Items that are open, with their takes; of a whole paper all or none: its items are filled in together."""
        takes = dict(self.session.connection().execute(OPEN, {"run": self.run_id}).all())
        return takes if not self.ballot.whole_paper or takes.keys() == self.pool else {}

    @cached_property
    def pool(self) -> set[int]:
        return set(self.session.connection().scalars(POOL, {"run": self.run_id}))

    def take(self, submission: Submission, generations: Mapping[str, int]) -> None:
        """Check a submission and put its votes on their papers. Raises Refusal, having changed nothing."""
        if generations.get(submission.seat) != submission.generation:
            raise Refusal("unknown-seat", "This seat is not known, or has moved to another phone.")
        if self.state != "voting" or submission.round != self.round_id or not self.open:
            raise Refusal("closed", "The vote is closed.")
        votes = self._checked(submission.votes)
        if any(self.open[number] != take for number, take in submission.takes.items() if number in votes):
            raise Refusal("stale", "The votes on this item were thrown away. Vote anew.")
        if self.ballot.whole_paper:
            self.papers[self._voter(submission.seat, 0)] = votes
            return
        voters = [self._voter(submission.seat, number) for number in votes]
        for hashed, (number, choice) in zip(voters, votes.items(), strict=True):
            self.papers.setdefault(hashed, {})[number] = choice

    def store(self) -> None:
        """Write the papers. In the order of their hashes, so that two recorders never wait for each other."""
        voters = sorted(self.papers)
        insert_new(self.session, OpenPaper, [{"run_id": self.run_id, "voter": hashed} for hashed in voters])
        if self.ballot.whole_paper and voters:
            self._empty(voters)
        votes = [
            {"run_id": self.run_id, "voter": hashed, "number": number, "choice": choice}
            for hashed in voters
            for number, choice in sorted(self.papers[hashed].items())
        ]
        upsert_votes(self.session, OpenVote, votes)

    def _empty(self, voters: list[bytes]) -> None:
        """Take the former votes off whole papers; the lock keeps two versions of a paper from being merged."""
        own = (OpenPaper.run_id == self.run_id, OpenPaper.voter.in_(voters))
        self.session.execute(select(OpenPaper.voter).where(*own).order_by(OpenPaper.voter).with_for_update()).all()
        self.session.execute(delete(OpenVote).where(OpenVote.run_id == self.run_id, OpenVote.voter.in_(voters)))

    def _voter(self, seat: str, number: int) -> bytes:
        if self.level != "vote":
            number = 0  # one key for all items
        if number not in self._links:
            key = self.keys.get(scope(self.level, self.conference_id, self.run_id, number))
            if key is None:  # a new one would let everybody vote a second time
                raise Refusal("storage", "The key of this vote is missing. The facilitator has to open it anew.")
            self._links[number] = key
        return voter(self._links[number], seat)

    def _checked(self, votes: Sequence[tuple[int, str]]) -> dict[int, str]:
        """Return item number -> canonical choice."""
        if len(votes) > len(self.open):
            raise Refusal(
                "too-many", "%(votes)s votes, but %(open)s items are open.", votes=len(votes), open=len(self.open)
            )
        if not votes and not self.ballot.whole_paper:
            raise Refusal("bad-choice", "There is no vote in the message.")
        checked: dict[int, str] = {}
        for number, choice in votes:
            self._check_number(number)
            if number in checked:
                raise Refusal("bad-choice", "Item %(item)s is voted on twice in one message.", item=number)
            if not isinstance(choice, str) or len(choice) > LONGEST_CHOICE:
                raise Refusal("bad-choice", "This is not a choice on item %(item)s.", item=number)
            checked[number] = _choice(self.ballot, choice)
        _whole(self.ballot, checked)
        return checked

    def _check_number(self, number: int) -> None:
        if type(number) is not int or (number not in self.open and number not in self.pool):
            raise Refusal("not-on-ballot", "This item is not voted on in this round.")
        if number not in self.open:
            raise Refusal("closed", "The vote on item %(item)s is closed.", item=number)


def _choice(ballot: Ballot, choice: str) -> str:
    try:
        return ballot.check(choice)
    except BallotError as error:
        raise Refusal(error.code, "%(problem)s", problem=error.problem) from None


def _whole(ballot: Ballot, votes: Mapping[int, str]) -> None:
    try:
        ballot.check_paper(votes)
    except BallotError as error:
        raise Refusal(error.code, "%(problem)s", problem=error.problem) from None
