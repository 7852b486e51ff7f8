"""What the panel thinks of the conference: a few questions on the phones, answered as anonymously as a vote.

`record` owns its transaction. Everything else works in the caller's, who commits it, tells the phones, and then calls
`ballot_box.unlink`, which destroys the key of what was closed.
"""

from consensus.evaluation.closing import close
from consensus.evaluation.questions import MOST, read_questions, standard_questions
from consensus.evaluation.result import Evaluated, Question, result_of
from consensus.evaluation.sheets import Sheet, open_evaluation, record
from consensus.evaluation.telling import told

__all__ = [
    "MOST",
    "Evaluated",
    "Question",
    "Sheet",
    "close",
    "open_evaluation",
    "read_questions",
    "record",
    "result_of",
    "standard_questions",
    "told",
]
