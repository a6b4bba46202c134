"""Where an import reads from: a file or a stream, with its encoding and delimiter found out."""

from __future__ import annotations

import io
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from crmcli.errors import CrmError, ExitCode
from crmcli.services.delimited import DelimitedText, EmptyFile, find_delimiter
from crmcli.services.text_encoding import find_encoding, named_encoding

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from crmcli.services.text_encoding import Encoding

STANDARD_INPUT = "-"


class UnreadableFile(CrmError):
    """A file that cannot be opened."""

    def __init__(self, path: str, error: OSError) -> None:
        self.path = path
        reason, hint = _reason(error)
        super().__init__(f'"{path}" {reason}', hint)


class BadDelimiter(CrmError):
    """A delimiter that is not one character."""

    exit_code = ExitCode.USAGE

    def __init__(self, delimiter: str) -> None:
        super().__init__(
            f'"{delimiter}" cannot divide cells', 'Give one character that is no quote, such as "," or ";"'
        )


class Source:
    """An open file of delimited text; `notes` say what was guessed about it, `size` is in bytes.

    `current` is the text as it is being read.
    """

    def __init__(self, file: BinaryIO, name: str, *, encoding: str, delimiter: str) -> None:
        """Find out how the file is to be read. Raises EmptyFile, UnreadableHeader or UnknownEncoding."""
        self.name = name
        self._file = file
        self._text: io.TextIOWrapper | None = None
        self.size = file.seek(0, os.SEEK_END)
        if not self.size:
            raise EmptyFile(name)
        self._encoding: Encoding = named_encoding(encoding) if encoding else find_encoding(file, name)
        self._delimiter = delimiter or find_delimiter(file, self._encoding.name)
        self.notes = [self._encoding.note] if self._encoding.note else []
        self.current = self._begin()

    @property
    def position(self) -> int:
        """Bytes that have been read."""
        return self._file.tell()

    @property
    def descriptor(self) -> int:
        """The file's number in this process."""
        return self._file.fileno()

    def restart(self) -> None:
        """Read from the start again."""
        self.current = self._begin()

    def _begin(self) -> DelimitedText:
        self.release()
        # From the end, so that the start is asked for anew: another process may have moved on in the same file.
        self._file.seek(0, os.SEEK_END)
        self._file.seek(0)
        self._text = io.TextIOWrapper(self._file, self._encoding.name, newline="")
        return DelimitedText(self._text, self.name, self._delimiter)

    def release(self) -> None:
        """Let go of the file without closing it."""
        if self._text is not None:
            self._text.detach()
            self._text = None


@contextmanager
def opened(path: str, stream: BinaryIO | None, *, encoding: str = "", delimiter: str = "") -> Iterator[Source]:
    """Open a file, or for "-" a stream, to be imported; both are found out where they are "".

    Raises UnreadableFile, EmptyFile, UnknownEncoding or BadDelimiter.
    """
    if delimiter and (len(delimiter) != 1 or delimiter in '"\r\n\0'):
        raise BadDelimiter(delimiter)
    with _spooled(stream) if path == STANDARD_INPUT and stream is not None else _open(path) as file:
        source = Source(file, path, encoding=encoding, delimiter=delimiter)
        try:
            yield source
        finally:
            source.release()


def _open(path: str) -> BinaryIO:
    try:
        return open(path, "rb")
    except OSError as error:
        raise UnreadableFile(path, error) from None


def _spooled(stream: BinaryIO) -> BinaryIO:
    """Put a stream, which can be read once only, into a nameless file: its encoding is known at its end."""
    import shutil
    import tempfile

    file = tempfile.TemporaryFile()  # noqa: SIM115 - the caller's context closes it
    shutil.copyfileobj(stream, file, 1 << 20)
    return file


def _reason(error: OSError) -> tuple[str, str]:
    if isinstance(error, FileNotFoundError):
        return "does not exist", "Look at the path: a relative one starts at the current folder"
    if isinstance(error, IsADirectoryError):
        return "is a folder", "Name a file in it"
    if isinstance(error, PermissionError):
        return "may not be read", "Look at its permissions"
    return f"cannot be read: {error.strerror}", ""
