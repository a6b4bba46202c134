"""Lists of fifty with three columns that are computed over other records, against the same lists without."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median

from bench import Bench
from timing import Figure, alternate, milliseconds, ratio

# What is listed, its own columns, the computed ones, and a condition on a stored property.
LISTS = (
    ("contacts", "lastname,email", "num_associated_deals,total_revenue,notes_last_contacted", 'city = "Utrecht"'),
    (
        "companies",
        "name,domain",
        "num_associated_contacts,first_contact_createdate,hs_num_blockers",
        'name > "Company"',
    ),
)


def figures(bench: Bench) -> Iterator[Figure]:
    """Each list by id and by a stored property, with the roll-ups and without; then sorted by one of them."""
    large = bench.pair[0]
    for what, stored, computed, where in LISTS:
        for words in (("--limit", "50"), ("--limit", "50", "--where", where, "--sort", stored.split(",")[0])):
            ours, plain = alternate(
                bench.runs,
                bench.crm(large, "list", what, *words, "--columns", f"{stored},{computed}"),
                bench.crm(large, "list", what, *words, "--columns", stored),
            )
            how = "filtered and sorted" if len(words) > 2 else "by id"
            detail = f"{milliseconds(ours)}; without {median(plain) * 1000:.0f} ms"
            yield Figure(f"50 {what} {how}, three roll-ups", ratio(ours, plain), 3, "x", detail)
        first = computed.split(",")[0]
        (sorted_by,) = alternate(
            min(bench.runs, 3),
            bench.crm(large, "list", what, "--limit", "50", "--sort", f"-{first}", "--columns", f"{stored},{first}"),
        )
        yield Figure(f"50 {what} sorted by a roll-up", median(sorted_by), None, "s", "all are computed")
