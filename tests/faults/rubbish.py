"""What somebody who wants to disturb a vote may send: requests, frames and packets, drawn from a seed.

Nothing here could rightly change anything: no token that may vote is used for a vote that the ballot allows.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from random import Random
from typing import Any
from urllib.parse import quote

HOST = b"Host: 127.0.0.1\r\n"
DEEP = "[" * 20_000 + "]" * 20_000
LONG = "x" * 60_000
#: values of every type and of odd sizes
ODD: tuple[Any, ...] = (
    None, True, 0, -1, 1.5, 10**30, "", "1", "yes", "\x00", "\ud800", "é" * 300, LONG, [], [1], [[1]], {}, {"a": 1},
    {"item": 1}, [None] * 500,
)  # fmt: skip


@dataclass(frozen=True)
class Loot:
    """What an attacker may have got hold of. tokens: valid, but none may vote in the round; leader: the facilitator's,
    in the hands of a confused program; seat: of a seat that only ever sends bad votes."""

    conference: str
    tokens: tuple[str, ...]
    leader: str
    seat: str

    def forged(self, random: Random) -> object:
        """A token that is not valid for anything."""
        token = random.choice((*self.tokens, self.leader, self.seat))
        place = random.randrange(len(token))
        changed = token[:place] + random.choice("Ab9-_.") + token[place + 1 :]
        body, _, sign = token.partition(".")
        forgeries = (changed + "x", token[::-1], body, f"{body}.{sign[:-2]}", token * 3, token.upper(), *ODD)
        return random.choice(forgeries)


# HTTP

PATHS = (
    "/", "/vote", "/api", "/api/join", "/api/c//state", "/api/c/{c}/state", "/api/c/{c}/open", "/api/c/{c}/dance",
    "/api/c/nobody/close", "/api/c/%00/close", "/api/c/%ff%fe/state", "/qr.svg", "/qr.svg?code=%FF%00",
    "/qr.svg?code=1",
    "/language", "/facilitate", "/facilitate/new", "/facilitate/{c}", "/facilitate/{c}?token=%ff", "/facilitate/%00",
    "/facilitate/{c}/cards", "/facilitate/{c}/protocol.zip", "/facilitate/{c}/protocol.%00", "/screen/{c}",
    "/screen/%00",
    "/sign-in/%ff", "/sign-in/" + "x" * 3000, "/j/" + "A" * 3000, "/j/%E2%80%AE", "/static/../../etc/passwd",
    "/static/%2e%2e/%2e%2e/consensus/app.py", "/static/..%5c..%5cetc", "/static/", "/static/%00", "/../../etc/passwd",
    "//evil.example/", "/?code=" + "9" * 2000, "/;x=y", "/%", "/%zz", "*", "http://evil.example/", "/socket.io",
    "/socket.io/", "/socket.io/?EIO=3&transport=polling", "/socket.io/?EIO=4&transport=carrier-pigeon",
    "/socket.io/?EIO=4&transport=polling&sid=AAAAAAAAAAAAAAAAAAAA",
    "/socket.io/?EIO=4&transport=polling&sid=%00%ff", "/socket.io/?transport=polling&EIO=99999999999999999999",
)  # fmt: skip
METHODS = ("GET", "GET", "POST", "POST", "POST", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW", "get")
HEADERS = (
    b"Content-Type: application/json", b"Content-Type: text/plain; charset=klingon",
    b"Content-Type: multipart/form-data",
    b"Content-Type: multipart/form-data; boundary=x", b"Content-Type: application/x-www-form-urlencoded",
    b"Content-Encoding: gzip", b"Accept-Language: " + b"sv;q=x," * 300, b"Accept-Language: \xff\xfe",
    b"Cookie: session=x",
    b"Cookie: language=../../etc; session=" + b"A" * 3000, b"Authorization: Basic \xff", b"Authorization: Bearer",
    b"Origin: http://evil.example", b"X-Forwarded-Host: evil.example", b"X-Forwarded-For: ::1",
    b"Range: bytes=9-1,-,5-",
    b"If-Modified-Since: yesterday", b"If-None-Match: \"", b"Connection: keep-alive", b"Upgrade: websocket",
    b"Upgrade: h2c", b"Expect: the unexpected", b"X-Long: " + b"y" * 6000,
)  # fmt: skip
BODIES = (
    b"", b"{}", b"[]", b"null", b'"seat"', b"{", b"\xff\xfe\x00", DEEP.encode(), b"NaN", b'{"seat": NaN}', b"9" * 5000,
    b"--x\r\nContent-Disposition: form-data; name=\"plan_file\"; filename=\"../../x\"\r\n\r\n\x00\r\n--x--\r\n",
    b"--x\r\nContent-Disposition: form-data; name=\x00\r\n\r\n", b"&".join(b"a%d=b" % n for n in range(1200)),
    b"language=sv&back=//evil.example", b"language=%ff&back=/%0d%0aX-Split:%20yes", b"x" * 70_000,
    b"title=" + b"%" * 999,
)  # fmt: skip


def request(random: Random, loot: Loot) -> bytes:
    """A request that HTTP allows, and that this application has no use for."""
    kind = random.random()
    if kind < 0.25:
        return post(f"/api/c/{loot.conference}/{random.choice(ACTIONS)}", body(random), _stolen(random, loot))
    if kind < 0.40:
        action, told = confused(random)
        return post(f"/api/c/{loot.conference}/{action}", told, loot.leader)
    if kind < 0.55:
        return post("/api/join", {random.choice(("seat", "code", "x")): random.choice(ODD)})
    path = random.choice(PATHS).replace("{c}", loot.conference)
    content = random.choice(BODIES)
    headers = b"".join(header + b"\r\n" for header in random.sample(HEADERS, random.randrange(4)))
    head = f"{random.choice(METHODS)} {path} HTTP/1.1\r\nContent-Length: {len(content)}\r\n".encode()
    return head + HOST + headers + b"\r\n" + content


ACTIONS = ("lobby", "start", "open", "close", "next", "reopen", "void", "decide", "draw", "seal", "undo", "finish", "x")


def _stolen(random: Random, loot: Loot) -> object:
    """A token that leads nothing here."""
    return random.choice((*loot.tokens, loot.seat)) if random.random() < 0.5 else loot.forged(random)


def body(random: Random) -> object:
    names = ("item", "items", "round", "reason", "verdict", "revision")
    return {random.choice(names): random.choice(ODD) for _ in range(3)} if random.random() < 0.8 else random.choice(ODD)


def confused(random: Random) -> tuple[str, object]:
    """An action by the facilitator's own token that has to be refused, or is done already, while item 1 is open."""
    odd = random.choice(ODD)
    no_number = [value for value in ODD if type(value) is not int]
    return random.choice(
        (
            ("close", {"revision": random.choice([value for value in no_number if value is not None])}),
            ("close", {"revision": random.choice((-1, 0, 1, 10**9, 10**30))}),
            ("open", {"item": random.choice(no_number)}),
            ("open", {"item": random.choice((1, 2, 99, -1, 10**30))}),
            ("start", {"round": odd if odd != "A" else "B"}),
            ("reopen", {"item": odd}),
            ("void", {"item": odd, "reason": random.choice([value for value in ODD if not isinstance(value, str)])}),
            ("decide", {"items": odd, "verdict": random.choice(ODD), "reason": "so"}),
            ("undo", {"reason": random.choice((None, "", " ", 7, [], {}))}),
            ("undo", {"reason": "so", "revision": 0}),
            (random.choice(("seal", "draw", "finish", "lobby", "next")), {"revision": random.choice(ODD)}),
        )
    )


def post(path: str, content: object, token: object = None) -> bytes:
    sent = json.dumps(content).encode()
    shown = str(token).encode("utf-8", "replace").replace(b"\x00", b"?")[:4000]
    head = f"POST {quote(path, safe='/?=&%')} HTTP/1.1\r\nContent-Length: {len(sent)}\r\n".encode()
    return head + HOST + b"Authorization: Bearer " + shown + b"\r\n\r\n" + sent


CHUNKED = b"POST /api/join HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n"
LENGTH = b"POST /api/join HTTP/1.1\r\n" + HOST + b"Content-Length: "
NO_REQUESTS = (
    b"", b"\r\n\r\n\r\n", b"\x00" * 50, b"\x16\x03\x01\x02\x00\x01\xfc\x03\x03", b"GET\r\n\r\n", b"GET /\r\n\r\n",
    b"GET / HTTP/9.9\r\n\r\n", b"GET / HTTP/1.1\r\n: x\r\n\r\n", b"GET / HTTP/1.1\r\nX\r\n\r\n",
    b"GET / HTTP/1.1\r\n a\r\n\r\n",
    b"GET / HTTP/1.1\r\nA b: c\r\n\r\n", b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\n\r\n",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    b"GET / HTTP/1.1\r\nX: " + b"y" * 70_000 + b"\r\n\r\n", b"GET / HTTP/1.1\r\nHost: x", LENGTH + b"-1\r\n\r\n{}",
    LENGTH + b"ten\r\n\r\n{}", LENGTH + b"2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    CHUNKED + b"zz\r\n{}\r\n0\r\n\r\n", CHUNKED + b"-2\r\n{}\r\n0\r\n\r\n",
    CHUNKED.replace(b"chunked", b"gzip, chunked") + b"0\r\n\r\n",
)  # fmt: skip
#: requests that break off in the middle, and heads without end
BROKEN_OFF = (
    LENGTH + b"100\r\n\r\nshort", LENGTH + b"9" * 40 + b"\r\n\r\n{}", CHUNKED, CHUNKED + b"5\r\n{}",
    CHUNKED + b"FFFFFFFFFFFFFFFF\r\n{}", CHUNKED + b"2\r\n{}XX0\r\n\r\n",
    CHUNKED + b"2;" + b"x" * 9000 + b"\r\n{}\r\n0\r\n\r\n",
    b"GET / HTTP/1.1\r\n" + b"".join(b"X%d: y\r\n" % n for n in range(2000)) + b"\r\n",
)  # fmt: skip


def no_request(random: Random) -> bytes:
    """Bytes that are no HTTP request."""
    return random.choice((*NO_REQUESTS, random.randbytes(random.randrange(1, 3000))))


# WebSockets

SHAKE = (
    b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\n" + HOST + b"Upgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10


KEY = b"dGhlIHNhbXBsZSBub25jZQ=="
SHAKES = (
    SHAKE.replace(b"websocket\r\n", b"x\r\n"), SHAKE.replace(b"transport=websocket", b"transport=x"),
    SHAKE.replace(b"EIO=4", b"EIO=3"), SHAKE.replace(b"EIO=4", b"EIO=4&sid=AAAA"), SHAKE.replace(b"socket.io/",
    b"socket.io/x"),
    SHAKE.replace(HOST, HOST + b"Origin: http://evil.example\r\n"),
)  # fmt: skip
#: handshakes that break off, or that WebSockets do not have
NO_SHAKES = (
    *(SHAKE[:place] for place in range(90, len(SHAKE), 25)), SHAKE.replace(b"13\r\n", b"8\r\n"),
    SHAKE.replace(b"13\r\n", b"x\r\n"), SHAKE.replace(KEY, b"short"), SHAKE.replace(KEY, b"\xff\xfe"),
    SHAKE.replace(b"GET", b"POST"), SHAKE.replace(b"Connection: Upgrade\r\n", b""),
)  # fmt: skip


def frame(payload: bytes, kind: int = TEXT, *, head: int | None = None, masked: bool = True) -> bytes:
    """One frame as a client writes it, or as none should. head: the first byte, if not that of a whole message."""
    size = len(payload)
    short = size if size < 126 else 126 if size < 1 << 16 else 127
    begun = bytes((0x80 | kind if head is None else head, short | (0x80 if masked else 0)))
    wide = b"" if size < 126 else size.to_bytes(2 if short == 126 else 8, "big")
    return begun + wide + (b"\x00" * 4 if masked else b"") + payload


def bad_frames(random: Random) -> bytes:
    """Frames that break the rules, or take them to their limits."""
    odd = bytes((random.choice((0x81, 0x82, 0x89, 0x80, 0xC1, 0xA1, 0x91, 0x83, 0x8B, 0xFF)), random.randrange(256)))
    return random.choice(
        (
            frame(b"40", masked=False), frame(b"40", head=0xC1), frame(b"40", head=0x93), frame(b"40", head=0x80),
            frame(b"", head=0x01) + frame(b"40", head=0x81), frame(b"x" * 126, PING), frame(b"", head=0x09),
            frame(b"4", head=0x01) + frame(b"p", PING) + frame(b"0", head=0x80), frame(b"\xff\xfe\xfd"), frame(b"",
            BINARY),
            frame(b"b" * 500, BINARY), frame(b"4" + b"x" * 63_000), b"\x81\xff" + b"\xff" * 8,
            b"\x81\xff" + b"\x00" * 4,
            frame(b"x" * 64_001), frame(b"", head=0x01) + frame(b"x" * 1000, head=0x00) * 80, frame(b"\x03", CLOSE),
            frame(b"\xff\xff\xff", CLOSE), frame(b"\x03\xe8bye", CLOSE) + frame(b"40"), frame(b"p", PING) * 200,
            frame(b"p", PONG) * 200, frame(b"", head=0x00) * 20, odd + random.randbytes(random.randrange(200)),
        )
    )  # fmt: skip


def packet(random: Random, loot: Loot) -> bytes:
    """What is sent in a frame: no packet, or one that asks for what it must not get."""
    if random.random() < 0.55:
        return f"42{random.choice(('', random.randrange(10**6), '9' * 15))}{_event(random)}".encode("utf-8", "replace")
    auth = json.dumps({random.choice(("token", "Token", "x")): loot.forged(random)})
    return random.choice(
        (
            "", "2", "3", "2probe", "5", "6", "9", "4", "4x", "40", "40" + auth, "40{", "40/admin,",
            "40/admin," + auth, "41/x,",
            "41/" + "x" * 3000, "42", "42[]", "42[1]", "42{}", "42[null]", '42["vote"', '42["state",{}]',
            '42["connect"]',
            '42["disconnect"]', '42["message"]', '42/x,["vote"]', '42["vote"]' + "x" * 1000, "42" + DEEP, "43",
            "430[]", "43[1]",
            "43" + "9" * 5000, "44", '44{"message":"no"}', "45", '451-["vote",{"_placeholder":true,"num":0}]', "46",
            '459999999-["vote",{"_placeholder":true,"num":9}]', "47", "4" * 1000, '42["' + "e" * 30_000 + '"]',
            "42" + "9" * 60_000,
            '42["vote",' + "9" * 5000 + "]", '42["vote",1e999]', "42[" + '"vote",' * 5000 + "1]", "\u202e",
        )
    ).encode("utf-8", "replace")  # fmt: skip


def _event(random: Random) -> str:
    """A vote that no ballot allows, or an event that there is not."""
    odd = random.choice
    votes: Any = [{"item": odd(ODD[6:]), "choice": odd(ODD)}, {"item": 1, "choice": odd((*ODD[:7], *ODD[9:]))}]
    message = odd(
        (
            {"round": "A", "votes": votes[:1]}, {"round": "A", "votes": votes[1:]}, {"round": "A", "votes": votes * 3},
            {"round": "A", "votes": odd(ODD)}, {"round": odd(ODD), "votes": [{"item": 1, "choice": "yes"}]},
            {"round": "A/run-off", "votes": [{"item": 1, "choice": "yes"}]}, {"votes": [{"item": 1, "choice": "yes"}]},
            {"round": "A", "votes": [{"item": 2, "choice": "yes"}]}, {"round": "A", "votes": [{"item": 1,
            "choice": "yes"}] * 2},
            odd(ODD),
        )
    )  # fmt: skip
    name = odd(("vote", "vote", "vote", "vote", "vote", "state", "seat", "open", "__class__", "", LONG))
    return json.dumps([name, *([message] * odd((0, 1, 1, 1, 1, 5)))])


#: events that mean something to a server's own library
RESERVED = (b'42["connect"]', b'42["disconnect"]')
#: a vote that the ballot allows: for tokens that may not vote
GOOD_VOTE = b'421["vote",{"round":"A","votes":[{"item":1,"choice":"no"}]}]'


def connect(token: object) -> bytes:
    return b"40" + json.dumps({"token": token}).encode()
