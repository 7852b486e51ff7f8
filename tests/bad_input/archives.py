"""Builds archives that are broken, or built to do harm, from a good one."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable, Iterable, Mapping
from hashlib import sha256

MB = 1 << 20
NAME = b"plan.toml"


def files_of(good: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(good)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def pack(files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as packed:
        for name, content in files.items():
            packed.writestr(zipfile.ZipInfo(name), content, method)
    return out.getvalue()


def signed(files: Mapping[str, bytes]) -> bytes:
    """Pack files with the checksums that they should have: what somebody does who knows what they are doing."""
    sums = "".join(
        f"{sha256(content).hexdigest()}  {name}\n" for name, content in files.items() if name != "SHA256SUMS"
    )
    return pack({**files, "SHA256SUMS": sums.encode()})


def _with(**changes: bytes) -> Callable[[bytes], bytes]:
    """Replace files by the first part of their name (plan, items, …)."""

    def build(good: bytes) -> bytes:
        return signed({name: changes.get(name.partition(".")[0], content) for name, content in files_of(good).items()})

    return build


def _sums(content: bytes) -> Callable[[bytes], bytes]:
    return lambda good: pack({**files_of(good), "SHA256SUMS": content})


def _json(content: bytes) -> Callable[[bytes], bytes]:
    return lambda good: signed({**files_of(good), "protocol.json": content})


def _added(name: str, content: bytes = b"x") -> Callable[[bytes], bytes]:
    return lambda good: pack({**files_of(good), name: content})


def _renamed(name: str) -> Callable[[bytes], bytes]:
    """The plan under another name."""
    return lambda good: pack({name if old == "plan.toml" else old: c for old, c in files_of(good).items()})


def _without(name: str) -> Callable[[bytes], bytes]:
    return lambda good: pack({old: content for old, content in files_of(good).items() if old != name})


def _twice(good: bytes) -> bytes:
    return _patched(_added("plan.tomm", b'title = "Another"')(good), b"plan.tomm", NAME)


def _patched(content: bytes, old: bytes, new: bytes, count: int = -1) -> bytes:
    assert old in content
    assert len(old) == len(new)
    return content.replace(old, new, count)


def _local(content: bytes) -> int:
    """Where the local header of the plan begins."""
    return content.index(NAME) - 30


def _central(content: bytes) -> int:
    """Where the plan's entry in the directory begins."""
    return content.rindex(NAME) - 46


def _set(content: bytes, at: int, form: str, value: int) -> bytes:
    changed = bytearray(content)
    struct.pack_into(form, changed, at, value)
    return bytes(changed)


def _flag(bit: int) -> Callable[[bytes], bytes]:
    def build(good: bytes) -> bytes:
        return _set(_set(good, _local(good) + 6, "<H", bit), _central(good) + 8, "<H", bit)

    return build


def _claiming(size: int) -> Callable[[bytes], bytes]:
    """The directory claims another size of the plan."""
    return lambda good: _set(_set(good, _local(good) + 22, "<L", size), _central(good) + 24, "<L", size)


def _linked(mode: int) -> Callable[[bytes], bytes]:
    return lambda good: _set(good, _central(good) + 38, "<L", mode << 16)


def _flipped(good: bytes) -> bytes:
    stored = pack(files_of(good), zipfile.ZIP_STORED)
    at = _local(stored) + 30 + len(NAME) + 5
    return _set(stored, at, "B", stored[at] ^ 1)


def _bad_stream(good: bytes) -> bytes:
    at = _local(good) + 30 + len(NAME)
    return good[:at] + b"\xff" * 20 + good[at + 20 :]


def _bomb(name: str, size: int) -> Callable[[bytes], bytes]:
    """One file is nothing but zeros."""
    return lambda good: _streamed(good, name, [bytes(MB)] * (size // MB))


def _large_cell(good: bytes) -> bytes:
    """A cell of 300 MB of letters that compress by no more than honest ballots do."""
    letters = "".join(sha256(str(n).encode()).hexdigest() for n in range(1600)).encode()
    packed_well = [letters[:3000] * (MB // 3000)] * 300
    return _streamed(good, "ballots.csv", [b"round,number,paper,choice\nV,1,", letters * 40, *packed_well, b",yes\n"])


def _streamed(good: bytes, name: str, parts: Iterable[bytes]) -> bytes:
    """The good archive with one file of many parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed:
        for old, content in files_of(good).items():
            with packed.open(old, "w") as target:
                for part in parts if old == name else [content]:
                    target.write(part)
    return out.getvalue()


def _empty_lists(good: bytes) -> bytes:
    """15 MB that would fill a gigabyte as objects, packed so that no ratio tells."""
    return pack({**files_of(good), "protocol.json": b"[" + b"[]," * 5 * MB + b"[]]"}, zipfile.ZIP_STORED)


def _many_entries(good: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as packed:
        for n in range(60_000):
            packed.writestr(zipfile.ZipInfo(f"{n}.txt"), b"")
    return out.getvalue()


def _second_end(good: bytes) -> bytes:
    """A directory of many entries that only the second, larger end record tells of."""
    flood = _many_entries(good)
    end = flood.rindex(b"PK\x05\x06")
    size, offset = struct.unpack_from("<LL", flood, end + 12)
    larger = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, 60_000, 60_000, size, offset)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, end, 1)
    small = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 10, 10, 500, offset, 0)
    return flood[:end] + larger + locator + small


def _other_local_name(good: bytes) -> bytes:
    at = _local(good) + 30
    return good[:at] + b"plan.evil" + good[at + len(NAME) :]


def _name(raw: bytes) -> Callable[[bytes], bytes]:
    """The plan under a name of as many bytes."""
    return lambda good: _patched(good, NAME, raw)


def _claims_utf8(good: bytes) -> bytes:
    """A name that claims to be UTF-8 and is not."""
    content = _patched(good, NAME, b"plan.tom\xff")
    local, central = content.index(b"plan.tom\xff") - 30, content.rindex(b"plan.tom\xff") - 46
    return _set(_set(content, local + 6, "<H", 0x800), central + 8, "<H", 0x800)


def _hidden(good: bytes) -> bytes:
    """A name that ends at a NUL for some programs."""
    return _patched(_renamed("plan.toml_x")(good), b"plan.toml_x", b"plan.toml\0x")


#: name -> (builder, what the answer must say)
BROKEN: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "empty": (lambda good: b"", "too short"),
    "text": (lambda good: b"round,number,paper,choice\n" * 100, "not a whole zip file"),
    "cut in half": (lambda good: good[: len(good) // 2], "not a whole zip file"),
    "without its last byte": (lambda good: good[:-1], "not a whole zip file"),
    "directory cut": (lambda good: good[: _central(good)] + good[-22:], "not a whole zip file"),
    "something after it": (lambda good: good + b"#!/bin/sh\n", "something follows it"),
    "something before it": (lambda good: b"#!/bin/sh\n" + good, "something stands before it"),
    "bomb by ratio": (_bomb("ballots.csv", 400 * MB), "200 times its size"),
    "bomb by size": (_bomb("ballots.csv", 600 * MB), "unpacks to more than the 512 MB"),
    "items too large": (_bomb("items.csv", 33 * MB), "unpacks to more than the 32 MB"),
    "cell of 300 MB": (_large_cell, "ballots.csv"),
    "claims less": (_claiming(10), '"plan.toml": is damaged'),
    "claims more": (_claiming(100_000), '"plan.toml": is damaged'),
    "claims four gigabytes": (_claiming(0xFFFFFFFE), "unpacks to more than the 1 MB"),
    "path upwards": (_renamed("../plan.toml"), '"../plan.toml": does not belong'),
    "path from the root": (_renamed("/etc/passwd"), '"/etc/passwd": does not belong'),
    "path with backslashes": (_renamed("..\\plan.toml"), "does not belong"),
    "path with a drive": (_renamed("C:\\plan.toml"), "does not belong"),
    "in a folder": (_renamed("archive/plan.toml"), '"archive/plan.toml": does not belong'),
    "a folder of that name": (_renamed("plan.toml/"), '"plan.toml/": does not belong'),
    "name ends in NUL": (_name(b"plan.to\0l"), "does not belong"),
    "name hides behind NUL": (_hidden, "does not belong"),
    "name moves the cursor": (_name(b"pl\x1b[2Joml"), "does not belong"),
    "name of many lines": (_name(b"p\n\n\n\n\noml"), "does not belong"),
    "name not UTF-8": (_claims_utf8, "zip file"),
    "name in capitals": (_renamed("PLAN.TOML"), '"PLAN.TOML": does not belong'),
    "link": (_linked(0o120777), '"plan.toml": is a link'),
    "device": (_linked(0o020666), '"plan.toml": is a link'),
    "twice": (_twice, '"plan.toml": stands in the archive twice'),
    "one more file": (_added("readme.html"), '"readme.html": does not belong'),
    "an archive in it": (lambda good: _added("inner.zip", good)(good), '"inner.zip": does not belong'),
    "an archive as items": (lambda good: signed({**files_of(good), "items.csv": good}), "items.csv"),
    "an archive as ballots": (lambda good: signed({**files_of(good), "ballots.csv": good}), "ballots.csv"),
    **{f"no {n}": (_without(n), f'"{n}": is missing') for n in ("plan.toml", "ballots.csv", "SHA256SUMS", "log.csv")},
    "nothing in it": (lambda good: pack({}), "is missing"),
    "encrypted": (_flag(0x1), '"plan.toml": is encrypted'),
    "strongly encrypted": (_flag(0x41), '"plan.toml": is encrypted'),
    "another method": (lambda good: pack(files_of(good), zipfile.ZIP_LZMA), "is packed in a way"),
    "a method nobody has": (lambda good: _set(good, _central(good) + 10, "<H", 97), "is packed in a way"),
    "a bit flipped": (_flipped, "is damaged: Bad CRC-32"),
    "bytes that are no stream": (_bad_stream, '"plan.toml": is damaged'),
    "another name inside": (_other_local_name, '"plan.toml": is damaged'),
    "60,000 entries": (_many_entries, "claims to hold far more"),
    "60,000 entries behind a second end": (_second_end, "claims to hold far more"),
    "sums of rubbish": (_sums(b"\x00\xff\n\n\nrubbish\n"), "SHA256SUMS, line 1"),
    "sums of another file": (_sums(b"0" * 64 + b"  /etc/passwd\n"), "SHA256SUMS, line 1"),
    "sums twice": (_sums((b"0" * 64 + b"  plan.toml\n") * 2), "SHA256SUMS, line 2"),
    "sums of 100 MB": (_bomb("SHA256SUMS", 100 * MB), "SHA256SUMS"),
    "protocol not JSON": (_json(b"{'rounds': 3}"), "protocol.json: is not JSON"),
    "protocol empty": (_json(b""), "protocol.json: is not JSON"),
    "protocol nested deeply": (_json(b"[" * 50_000), "nested too deeply"),
    "protocol nested deeply and whole": (_json(b'{"a":' * 9_000 + b"1" + b"}" * 9_000), "nested too deeply"),
    "protocol with a key twice": (_json(b'{"title": "A", "title": "B"}'), "stands twice"),
    "protocol with an endless number": (_json(b'{"rounds": ' + b"9" * 50_000 + b"}"), "protocol.json: is not JSON"),
    "protocol of empty lists": (_empty_lists, "protocol.json: is far longer"),
    "protocol of bytes": (_json(b"\xff\xfe\xfa"), "protocol.json: is not JSON"),
    "protocol of 100 MB": (_bomb("protocol.json", 100 * MB), "unpacks to more than the 32 MB"),
    "plan not TOML": (_with(plan=b"title = \n"), "plan.toml, line 1"),
    "plan not UTF-8": (_with(plan=b'title = "\xff"\n'), "not UTF-8"),
    "plan of brackets": (_with(plan=b"a = " + b"[" * 100_000), "plan.toml"),
    "items without numbers": (_with(items=b"text\nOne\n"), "items.csv"),
    "ballots on an unknown item": (_with(ballots=b"round,number,paper,choice\nV,99,p,yes\n"), "ballots.csv, row 2"),
    "ballots twice": (_with(ballots=b"round,number,paper,choice\nV,1,p,yes\nV,1,p,no\n"), "ballots.csv, row 3"),
    "ballots of NUL": (_with(ballots=b"round,number,paper,choice\nV,1,\0,yes\n"), "ballots.csv"),
    "ballots empty": (_with(ballots=b""), "ballots.csv"),
    "attendance upside down": (_with(attendance=b"round,number,entitled,present\nV,,2,9\n"), "attendance.csv, row 2"),
    "decision on what is not tied": (
        _with(decisions=b"round,number,verdict,reason,seed\nV,1,advance,because,\n"),
        "item 1 is not tied",
    ),
    "log of rubbish": (_with(log=b"at,actor,action,details\nnow,me,seal,{\n"), "log.csv, line 2"),
    "log nested deeply": (
        _with(log=b'at,actor,action,details\nnow,me,seal,"' + b"[" * 100_000 + b'"\n'),
        "log.csv, line 2",
    ),
    "log with an endless cell": (_with(log=b"at,actor,action,details\n" + b"x" * MB), "log.csv"),
}
