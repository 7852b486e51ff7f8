"""The ballot box: takes votes, acknowledges after commit, counts, closes, seals and unlinks.

`BallotBox.record` owns its transaction. Everything else works in the caller's, who commits it, tells the phones,
and then calls `unlink`, which destroys the keys of what was sealed.
"""

from consensus.ballot_box.count import papers, tally, took_part, took_part_in, turnout, voted
from consensus.ballot_box.items import close, discard, open_items, reopen
from consensus.ballot_box.links import Unlinked, forget_pseudonyms, unlink
from consensus.ballot_box.record import BallotBox, Submission
from consensus.ballot_box.recovery import Recovery, UnderWay, recover
from consensus.ballot_box.seal import seal

__all__ = [
    "BallotBox",
    "Recovery",
    "Submission",
    "UnderWay",
    "Unlinked",
    "close",
    "discard",
    "forget_pseudonyms",
    "open_items",
    "papers",
    "recover",
    "reopen",
    "seal",
    "tally",
    "took_part",
    "took_part_in",
    "turnout",
    "unlink",
    "voted",
]
