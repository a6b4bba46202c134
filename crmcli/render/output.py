"""Where results go and in which form: data to standard output, talk to standard error."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, cast

from crmcli.errors import CrmError, ExitCode
from crmcli.frozen import frozen
from crmcli.render.safe import safe

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import TextIO, TypeAlias

    # A piece of a line: text, or text and the name of its style.
    Span: TypeAlias = "str | tuple[str, str]"

FORMATS = ("table", "json", "jsonl", "csv", "tsv", "yaml", "markdown", "ids")
DRAWINGS = ("dot", "mermaid", "svg")  # what graphs may be drawn as, besides
FILES = ("xlsx", "html", "vcard", "ics", "mbox", "parquet", "tinydb")  # what exports may be written as, besides

# Style → SGR parameters. Few and from the 16 colours, so that they follow the terminal's own theme.
STYLES = {
    "title": "1", "heading": "1;36", "dim": "2", "good": "32", "bad": "1;31", "warn": "33", "ref": "36", "hit": "1;33",
}  # fmt: skip
# The colours of options and stages, by the names that schemas have for them: beside the words, never in their place.
STYLES |= {"gray": "90", "red": "31", "orange": "91", "green": "32", "purple": "35", "pink": "95"}
STYLES |= {"yellow": "33", "cyan": "36", "blue": "94"}


class UnknownFormat(CrmError):
    """`-o` names a form of output that there is not."""

    exit_code = ExitCode.USAGE

    def __init__(self, name: str) -> None:
        super().__init__(f'Unknown output format "{name}"', f"One of: {', '.join(FORMATS)}")


class OtherForm(CrmError):
    """`-o` asks for a form that only graphs or exports have."""

    exit_code = ExitCode.USAGE

    def __init__(self, name: str) -> None:
        kind = _OF.get(name) or ("graphs" if name in DRAWINGS else "exports")
        super().__init__(f'"{name}" is a form of {kind}, and this is none', f"One of: {', '.join(FORMATS)}")


class NoPixels(CrmError):
    """`-o png`: a picture of dots, which a library larger than all others here would have to draw."""

    exit_code = ExitCode.USAGE

    def __init__(self) -> None:
        super().__init__(
            '"png" cannot be written: pictures are drawn as SVG', "Use -o svg: browsers and word processors show it"
        )


# Forms that reports have, too.
_OF = {"svg": "graphs and reports", "html": "exports and reports"}


@frozen
class Output:
    """The two streams of a command, what is known of them, and the form that was asked for.

    `terminal` is whether `out` is one; `width` is its columns; `colour` and `talk_colour` say for each stream
    whether styles are written; `quiet` leaves out all talk but errors.
    """

    out: TextIO
    err: TextIO
    format: str = "table"
    terminal: bool = False
    width: int = 80
    colour: bool = False
    talk_colour: bool = False
    quiet: bool = False

    def __post_init__(self) -> None:
        if self.format == "png":
            raise NoPixels
        if self.format not in FORMATS + DRAWINGS + FILES:
            raise UnknownFormat(self.format)

    def data(self, text: str) -> None:
        """Write a piece of a document (JSON, CSV, …): exact in a pipe or file, made visible on a terminal."""
        self.out.write(safe(text, lines=True) if self.terminal else text)

    def sink(self) -> TextIO:
        """Give a stream for a service to write a document to, which ends where `data` does."""
        return cast("TextIO", _Visible(self)) if self.terminal else self.out

    def line(self, *spans: Span) -> None:
        """Write one line for people to standard output; every span goes through `safe`."""
        self.out.write(styled(spans, colour=self.colour))

    def say(self, *spans: Span) -> None:
        """Write one line of talk to standard error, unless quiet."""
        if not self.quiet:
            self.warn(*spans)

    def warn(self, *spans: Span) -> None:
        """Write one line to standard error, even when quiet."""
        self.out.flush()  # so that both streams stay in order where they meet
        self.err.write(styled(spans, colour=self.talk_colour))
        self.err.flush()


class _Visible(io.TextIOBase):
    """A stream whose text is made visible on its way to the terminal."""

    def __init__(self, output: Output) -> None:
        self._output = output

    def write(self, text: str) -> int:
        self._output.data(text)
        return len(text)


def styled(spans: Sequence[Span], *, colour: bool) -> str:
    """Join spans to a line that is safe to print, with its line break and without trailing spaces."""
    pieces = []
    for span in spans:
        text, style = (span, "") if isinstance(span, str) else span
        text = safe(text)
        pieces.append(f"\x1b[{STYLES[style]}m{text}\x1b[0m" if colour and style and text else text)
    return "".join(pieces).rstrip(" ") + "\n"
