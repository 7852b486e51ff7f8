"""The live channel: Socket.IO connections, votes in, snapshots out.

`Live` is all that the rest of the application knows of it. The event loop only moves bytes: whatever reads or writes
the database runs in a thread (`consensus.threads`), votes in one of their own (`committer`).
"""

from consensus.live.channel import AUDIENCES, Live

__all__ = ["AUDIENCES", "Live"]
