"""Members of an `.eval` file, one at a time and none larger than it says: a log may come from anywhere."""

from __future__ import annotations

import zlib
from typing import IO, Final
from zipfile import BadZipFile, ZipFile, ZipInfo

import zstandard

LARGEST: Final = 1 << 30
"""Bytes of JSON that are read at once: a sample of an `.eval` log, or a whole `.json` log."""

_STORED: Final = 0
_DEFLATED: Final = 8
_ZSTANDARD: Final = 93
_LOCAL_HEADER: Final = 30


class Archive:
    """Reads members faster than `zipfile`, by which a log of small samples takes most of its time.

    Args:
        file: The whole file, open for reading.

    Raises:
        zipfile.BadZipFile: It is no zip file, or cut off.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        # Of members of one name, the last counts: Inspect appends what replaces another.
        self.members: dict[str, ZipInfo] = {info.filename: info for info in ZipFile(file).infolist()}
        self._zstandard = zstandard.ZstdDecompressor()

    def read(self, name: str) -> bytes:
        """The content of a member.

        Args:
            name: One of `members`.

        Raises:
            zipfile.BadZipFile: It is not what the file's directory says, or too large.
        """
        info = self.members[name]
        if info.file_size > LARGEST:
            raise BadZipFile(f"{name} has {info.file_size:,} bytes, more than {LARGEST:,}")
        self._file.seek(info.header_offset)
        header = self._file.read(_LOCAL_HEADER)
        if len(header) < _LOCAL_HEADER or not header.startswith(b"PK\x03\x04"):
            raise BadZipFile(f"{name} is not where the file's directory says")
        named, extra = (int.from_bytes(header[at : at + 2], "little") for at in (26, 28))
        packed = self._file.read(named + extra + info.compress_size)[named + extra :]
        try:
            content = self._unpack(packed, info)
        except (zlib.error, zstandard.ZstdError) as error:
            raise BadZipFile(f"{name}: {error}") from error
        if len(content) != info.file_size or zlib.crc32(content) != info.CRC:
            raise BadZipFile(f"{name} is damaged")
        return content

    def _unpack(self, packed: bytes, info: ZipInfo) -> bytes:
        # One byte more than it says is enough to see that it says wrong.
        most = info.file_size + 1
        if info.compress_type == _STORED:
            return packed
        if info.compress_type == _DEFLATED:
            return zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, most)
        if info.compress_type == _ZSTANDARD:
            with self._zstandard.stream_reader(packed, read_across_frames=True) as reader:
                return reader.read(most)
        raise BadZipFile(f"{info.filename} is compressed by method {info.compress_type}")
