"""What is measured, one phase after the other at one server with all its phones.

Latencies run from the instant that a phone was meant to act, so that a server that stalls cannot hide behind phones
that wait for it. Every phase also checks that what must be right is: everybody reached, every vote counted once.
"""

from __future__ import annotations

import signal
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from statistics import median
from time import perf_counter

from tests.load.crowd import Crowd, Leader
from tests.load.meter import Metered, Outcome, own_cpu, percentiles
from tests.load.peers import Peer
from tests.load.phones import Phone

PATIENCE = 90
#: with 200 votes under way an answer may lie for 1 ms, so that the phones wake up less often: counted in its latency
LULL = 0.001


@dataclass(frozen=True)
class Pace:
    """How long the phases are. ramp: phones a second; the others in seconds, and counts."""

    ramp: float = 500
    spread: float = 1.5
    snapshots: int = 10
    breath: float = 0.4
    long_window: float = 5.0
    window: float = 1.0
    loop: float = 3.0
    in_flight: int = 200


BRISK = Pace(spread=0.3, snapshots=2, breath=0.1, long_window=0.5, window=0.3, loop=0.3)


class Wrong(Exception):
    """Something was not as it must be: a vote lost, a phone not reached."""


class Visit:
    """One server with its phones, from the first to come in to the last result."""

    def __init__(self, peer: Peer, crowd: Crowd, leader: Leader, chance: Random, pace: Pace) -> None:
        self.peer, self.crowd, self.leader, self.chance, self.pace = peer, crowd, leader, chance, pace
        self.empty = 0

    def ramp(self, outcome: Outcome) -> None:
        """The phones come in one after the other, 500 a second."""
        self.crowd.rest(self.pace.breath)
        self.empty = self.peer.kilobytes()
        with Metered(self.peer, outcome):
            seconds = self._come_in(max(0.5, len(self.crowd.phones) / self.pace.ramp))
        outcome.figures = {**percentiles(self.crowd.entered), "all in, s": seconds}

    def fan_out(self, outcome: Outcome) -> None:
        """Snapshots to all, a breath apart: from the request to the last phone, and from the first phone to it."""
        self.change("next")  # not measured: whatever has to be loaded first
        self.change("close")
        whole, spread, busy = [], [], []
        with Metered(self.peer, outcome):
            for number in range(self.pace.snapshots):
                used = own_cpu()
                asked = self.change("close" if number % 2 else "next")
                busy.append((own_cpu() - used) / (perf_counter() - asked))
                whole.append(1000 * (max(self.crowd.arrivals) - asked))
                spread.append(1000 * (max(self.crowd.arrivals) - min(self.crowd.arrivals)))
                self.crowd.rest(self.pace.breath)
        outcome.burst = median(busy)
        outcome.figures = {"request to last": median(whole), "first to last": median(spread), "worst": max(whole)}

    def memory(self, outcome: Outcome) -> None:
        """What one phone costs the server."""
        outcome.figures = {"per phone, kB": (self.peer.kilobytes() - self.empty) / len(self.crowd.phones)}

    def long_window(self, outcome: Outcome) -> None:
        """Every phone votes once, each at a random instant within 5 s."""
        self._vote_all(outcome, self.pace.long_window)
        self.change("close")
        self.check_result()

    def window_and_close(self, outcome: Outcome) -> None:
        """Every phone votes once within 1 s, and the moment the last vote is acknowledged, the item is closed."""
        self._vote_all(outcome, self.pace.window)
        sent = self.crowd.sent
        asked = self.change("close")
        outcome.figures["result on the last"] = 1000 * (max(self.crowd.arrivals) - asked)
        self.crowd.rest(self.pace.breath)
        if self.crowd.sent - sent > len(self.crowd.phones) // 10:  # an answer to a ping now and then is no request
            raise Wrong(f"the phones asked {self.crowd.sent - sent} times for a result that is sent to them")
        self.check_result()

    def loop(self, outcome: Outcome) -> None:
        """As many votes as the server takes, 200 of them under way at any time, each other than the phone's last."""
        crowd = self.crowd
        self.change("next")
        idle = deque(crowd.phones)
        end = perf_counter() + self.pace.loop

        def vote_next(answered: Phone) -> None:
            idle.append(answered)
            now = perf_counter()
            if now < end:
                phone = idle.popleft()
                phone.choice = "no" if phone.choice == "yes" else "yes"
                phone.vote(now)

        crowd.after_answer, crowd.lull = vote_next, LULL
        with Metered(self.peer, outcome):
            for _ in range(min(self.pace.in_flight, len(crowd.phones))):
                vote_next(idle.popleft())
            self._wait(lambda: perf_counter() > end, "the loop ended")
            taken = len(crowd.latencies)
        self._wait(lambda: len(idle) == len(crowd.phones), "votes acknowledged")
        crowd.after_answer, crowd.lull = None, 0.0
        outcome.figures = {"votes a second": taken / self.pace.loop, "p99": percentiles(crowd.latencies)["p99"]}
        self.change("close")
        if taken >= len(crowd.phones):  # they vote in turn: so everyone has
            self.check_result()

    def reconnect(self, outcome: Outcome) -> None:
        """The server is stopped and started; its phones come back over 1.5 seconds, from when it listens again."""
        self._restart(signal.SIGTERM)
        with Metered(self.peer, outcome):
            seconds = self._come_in(self.pace.spread)
        outcome.figures = {"all back, s": seconds, "p99": percentiles(self.crowd.entered)["p99"]}

    def kill(self, outcome: Outcome) -> None:
        """kill -9 in the middle of a vote; the phones come back and send again what nobody acknowledged."""
        crowd, half = self.crowd, self.pace.window
        self.change("next")
        item = crowd.state["item"]["number"]
        begun = perf_counter()
        self._vote_within(2 * half)
        crowd.rest(half)
        kept = [phone for phone in crowd.phones if phone.acknowledged]
        down = self._restart(signal.SIGKILL)
        with Metered(self.peer, outcome):
            seconds = self._come_in(self.pace.spread)
            self._wait(lambda: all(phone.acknowledged for phone in crowd.phones), "votes acknowledged")
        outcome.figures = {
            "down, s": down,
            "all back, s": seconds,
            "all votes in, s": perf_counter() - begun - half,
            "acknowledged before": len(kept),
            "lost": sum(not phone.has_voted_on(item) for phone in kept),
        }
        if outcome.figures["lost"]:
            raise Wrong(f"acknowledged votes were gone after kill -9: {outcome}")
        self.change("close")
        self.check_result()

    def change(self, action: str) -> float:
        """Have every phone sent a snapshot; returns when that was asked for. The ballot is for what is open then."""
        asked = self.leader.ask(self.peer.path(action))
        self._wait(self.leader.answered, "the action answered")
        assert self.leader.answer is not None
        revision = self.leader.answer["state"]["revision"]
        self._wait(
            lambda: self.crowd.revision == revision and len(self.crowd.arrivals) == len(self.crowd.phones),
            f"phones reached by revision {revision}",
        )
        if action == "next":
            self.crowd.prepare_ballot()
        return asked

    def check_result(self) -> None:
        """Every phone's last choice must be in the result once, if this server keeps votes."""
        if self.peer.stores:
            choices = [phone.choice for phone in self.crowd.phones]
            found = self.crowd.state["result"]["counts"]
            if found != {choice: choices.count(choice) for choice in ("yes", "no")}:
                raise Wrong(f"the result {found} is not what {len(choices)} phones voted")

    def _vote_all(self, outcome: Outcome, seconds: float) -> None:
        self.change("next")
        with Metered(self.peer, outcome):
            self._vote_within(seconds)
            self._wait(lambda: self.crowd.acknowledged == len(self.crowd.phones), "votes acknowledged")
        outcome.figures = percentiles(self.crowd.latencies)

    def _vote_within(self, seconds: float) -> None:
        now = perf_counter()
        for phone in self.crowd.phones:
            phone.choice = self.chance.choice(("yes", "no"))
            self.crowd.at(now + self.chance.uniform(0, seconds), phone.vote)

    def _come_in(self, spread: float) -> float:
        """Let every phone arrive within so many seconds; returns how many it took until the last one was in."""
        crowd, begun = self.crowd, perf_counter()
        crowd.entered = []
        order = self.chance.sample(crowd.phones, len(crowd.phones))
        for place, phone in enumerate(order):
            crowd.at(begun + spread * place / len(order), phone.arrive)
        self._wait(crowd.everyone_inside, "phones came in")
        return perf_counter() - begun

    def _restart(self, with_signal: signal.Signals) -> float:
        begun = perf_counter()
        self.leader.leave()
        self.peer.stop(with_signal)
        self._wait(lambda: self.crowd.inside == 0, "phones saw the server go")
        self.crowd.forget_revisions()
        self.peer.start()
        for onlooker in self.crowd.onlookers:
            onlooker.leave()
            onlooker.arrive(perf_counter())
        return perf_counter() - begun

    def _wait(self, done: Callable[[], bool], what: str) -> None:
        crowd = self.crowd
        if not crowd.run(done, PATIENCE):
            raise Wrong(
                f"not in {PATIENCE} s: {what} ({crowd.inside} of {len(crowd.phones)} phones in, {len(crowd.arrivals)} "
                f"reached, {crowd.acknowledged} votes acknowledged; {dict(crowd.troubles)})"
            )


PHASES: dict[str, Callable[[Visit, Outcome], None]] = {
    "ramp": Visit.ramp,
    "fan-out": Visit.fan_out,
    "memory": Visit.memory,
    "window-5": Visit.long_window,
    "window-1": Visit.window_and_close,
    "loop": Visit.loop,
    "reconnect": Visit.reconnect,
    "kill": Visit.kill,
}
