from __future__ import annotations

import codecs
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import IO, BinaryIO

from village_hub.imports.reading.reasons import Code, Figures

_CHUNK = 1 << 16
_IN_MEMORY = 1 << 20
_ENCODINGS = {"utf-8": "UTF-8", "cp949": "CP949"}
_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ARCHIVES = (b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b", b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"ALZ\x01", b"EGGA")
_WORKBOOK = (b"[Content_Types].xml", b"xl/workbook", b"xl/worksheets")
_DOCUMENT = (b"application/hwp+zip", b"word/document", b"ppt/slides")
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_MARKUP = (b"<!doctype", b"<html", b"<head", b"<body", b"<table", b"<meta", b"<script", b"<!--", b"<?xml")


class FileRefused(Exception):
    """A file that is not read at all, with the code of the reason and the figures to tell it."""

    def __init__(self, code: Code, figures: Figures | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.figures: Figures = figures or {}


@dataclass(frozen=True, slots=True)
class Spool:
    """A whole upload set aside, known to be text in one encoding."""

    file: IO[bytes]
    encoding: str


def spool(stream: BinaryIO, max_bytes: int) -> Spool:
    """An upload is set aside up to its limit, and is UTF-8 or CP949 only if every byte of it is."""
    head = _exactly(stream, _CHUNK)
    _refuse_other_formats(head)
    file = SpooledTemporaryFile[bytes](max_size=_IN_MEMORY)
    try:
        return Spool(file, _copied(stream, head, file, max_bytes))
    except BaseException:
        file.close()
        raise


@dataclass(slots=True)
class _Candidate:
    encoding: str
    decoder: codecs.IncrementalDecoder
    broken_at: int | None = None
    cut_off: bool = False

    def feed(self, chunk: bytes, end: int, final: bool = False) -> None:
        if self.broken_at is None:
            try:
                self.decoder.decode(chunk, final)
            except UnicodeDecodeError as error:
                self.broken_at = end - len(error.object) + error.start
                self.cut_off = final


def _copied(stream: BinaryIO, head: bytes, file: IO[bytes], max_bytes: int) -> str:
    candidates = [_Candidate(name, codecs.getincrementaldecoder(name)()) for name in _ENCODINGS]
    chunk, size = head, 0
    while chunk:
        size += len(chunk)
        if size > max_bytes:
            raise FileRefused(Code.TOO_LARGE, {"limit": max_bytes})
        file.write(chunk)
        if b"\0" in chunk:
            raise FileRefused(Code.NOT_TEXT, {"line": _line_at(file, size - len(chunk) + chunk.index(b"\0"))})
        for candidate in candidates:
            candidate.feed(chunk, size)
        chunk = stream.read(min(_CHUNK, max_bytes - size + 1))
    for candidate in candidates:
        candidate.feed(b"", size, final=True)
    if not size:
        raise FileRefused(Code.EMPTY_FILE)
    return _chosen(candidates, file, head.startswith(codecs.BOM_UTF8))


def _chosen(candidates: list[_Candidate], file: IO[bytes], marked: bool) -> str:
    utf8, cp949 = candidates
    if utf8.broken_at is None:
        return "utf-8-sig"
    if cp949.broken_at is None and not marked:
        return cp949.encoding
    meant = utf8 if marked or utf8.broken_at >= (cp949.broken_at or 0) else cp949
    line = _line_at(file, meant.broken_at or 0)
    code = Code.CUT_OFF if meant.cut_off else Code.BROKEN_CHARACTER
    raise FileRefused(code, {"line": line, "encoding": _ENCODINGS[meant.encoding]})


def _line_at(file: IO[bytes], position: int) -> int:
    file.seek(0)
    line, before = 1, b""
    while position and (chunk := file.read(min(_CHUNK, position))):
        position -= len(chunk)
        line += chunk.count(b"\n") + chunk.count(b"\r") - (before[-1:] + chunk).count(b"\r\n")
        before = chunk
    return line


def _exactly(stream: BinaryIO, size: int) -> bytes:
    head = b""
    while len(head) < size and (chunk := stream.read(size - len(head))):
        head += chunk
    return head


def _refuse_other_formats(head: bytes) -> None:
    zipped = head.startswith(b"PK\x03\x04")
    start = head.removeprefix(codecs.BOM_UTF8).lstrip()[:16].lower()
    for code, matches in (
        (Code.OFFICE_DOCUMENT, head.startswith(_OFFICE) or (zipped and any(name in head for name in _DOCUMENT))),
        (Code.EXCEL_FILE, zipped and any(name in head for name in _WORKBOOK)),
        (Code.ARCHIVE, head.startswith(_ARCHIVES)),
        (Code.PDF, head.startswith(b"%PDF")),
        (Code.UTF16_TEXT, head.startswith(_UTF16)),
        (Code.WEB_PAGE, start.startswith(_MARKUP)),
    ):
        if matches:
            raise FileRefused(code)
