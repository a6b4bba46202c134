"""Start-up and look-up: `crm show` by id and by e-mail address, of a record with activities, with more objects."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from statistics import median

from bench import Bench
from people import email
from timing import Figure, P, alternate, milliseconds, ratio, run

SCHEMAS = Path(__file__).parents[2] / "schemas"
FEW = 4  # objects; a CRM with fewer than the built-in ones cannot be made, so as many more stand beside these
OWN = """\
label: Machine {n}
plural: Machines {n}
based_on: _custom
display: [name]
properties:
  name: {{label: Name, type: string}}
  state: {{label: State, type: enumeration, options: {{new: New, used: Used}}}}
  weight: {{label: Weight, type: number}}
  built: {{label: Built, type: date}}
associations:
  contact: {{}}
  company: {{}}
"""


def figures(bench: Bench) -> Iterator[Figure]:
    """Both references, at both sizes, against bare start-up; then what activities and objects cost."""
    large, small = bench.pair
    for kind, reference in (("id", lambda n: f"contact:{n}"), ("e-mail", email)):
        pair = [
            bench.crm(folder, "show", reference(rows // 2))
            for folder, rows in ((large, bench.rows), (small, bench.small))
        ]
        ours, at_small, bare = alternate(bench.runs, *pair, P)
        least = min(bare)
        yield Figure(f"show by {kind}", median(ours) / least, 6, "P", f"{milliseconds(ours)}; P {least * 1000:.1f} ms")
        yield Figure(
            f"show by {kind}, against {bench.small:,}", ratio(ours, at_small), 1.10, "x", milliseconds(at_small)
        )
    yield from _objects(bench)


def _objects(bench: Bench) -> Iterator[Figure]:
    """A page with a company, a deal and three calls; the same, and a list, with as many more objects."""
    more = len(list(SCHEMAS.glob("[!_]*.yaml"))) - FEW
    usual, many = _filled(bench, "objects", 0), _filled(bench, "objects-more", more)
    for what, words in (("show with activities", ("show", "contact:1")), ("list", ("list", "contacts"))):
        ours, with_more, bare = alternate(bench.runs, bench.crm(usual, *words), bench.crm(many, *words), P)
        least = min(bare)
        if what != "list":
            yield Figure(what, median(ours) / least, 6, "P", f"{milliseconds(ours)}; P {least * 1000:.1f} ms")
        detail = f"{milliseconds(with_more)} against {milliseconds(ours)}"
        yield Figure(f"{what}, {more} more objects", ratio(with_more, ours), 1.05, "x", detail)


def _filled(bench: Bench, name: str, more: int) -> Path:
    """Make a small workspace with a contact that much is known of, and so many objects of its own."""
    folder = bench.empty(name)
    for n in range(more):
        path = folder / "schemas" / f"machine_{n}.yaml"
        path.write_text(OWN.format(n=n), encoding="utf-8")
    bench.imports(folder, 100)
    run(bench.crm(folder, "create", "deal", "dealname=Mill", "amount=100", "--link", "contact:1"))
    for text in ("Asked", "Offered", "Agreed"):
        run(bench.crm(folder, "log", "call", "contact:1", "-m", text))
    return folder
