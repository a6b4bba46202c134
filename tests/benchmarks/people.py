"""Invented contacts in any number: row n is always the same, ten of them share a company's domain."""

from __future__ import annotations

import csv
from pathlib import Path

HEADINGS = (
    "First Name", "Last Name", "Email", "Phone Number", "Mobile Phone Number", "Job Title",
    "Company Name", "City", "Country/Region", "Website URL", "Lifecycle Stage", "Create Date",
)  # fmt: skip
PER_COMPANY = 10

FIRST = [
    "Ada",
    "Alan",
    "Barbara",
    "Claude",
    "Donald",
    "Edsger",
    "Frances",
    "Grace",
    "Hedy",
    "John",
    "Katherine",
    "Leslie",
    "Margaret",
    "Niklaus",
    "Radia",
    "Tony",
]
LAST = [
    "Allen",
    "Dijkstra",
    "Hamilton",
    "Hoare",
    "Hopper",
    "Johnson",
    "Kay",
    "Knuth",
    "Lamarr",
    "Lamport",
    "Liskov",
    "Lovelace",
    "Perlman",
    "Turing",
    "Wirth",
]
TITLES = ("Analyst", "Buyer", "Chief of Staff", "Engineer", "Head of Sales", "Office Manager", "Owner")
CITIES = ("Amersfoort", "Delft", "Groningen", "Leiden", "Maastricht", "Utrecht", "Zwolle", "'s-Hertogenbosch")
STAGES = ("subscriber", "lead", "marketingqualifiedlead", "salesqualifiedlead", "opportunity", "customer")


def email(n: int) -> str:
    """The address of person n."""
    return f"{FIRST[n % len(FIRST)]}.{LAST[n % len(LAST)]}.{n}@{domain(n)}".lower()


def domain(n: int) -> str:
    """The domain of the company that person n works for."""
    return f"company-{n // PER_COMPANY}.example"


def row(n: int) -> tuple[str, ...]:
    """Twelve cells, in the order of HEADINGS."""
    return (
        FIRST[n % len(FIRST)],
        LAST[n % len(LAST)],
        email(n),
        f"+3120{2_000_000 + n % 7_000_000}",
        f"+316{10_000_000 + n}",
        TITLES[n % len(TITLES)],
        f"Company {n // PER_COMPANY}",
        CITIES[n % len(CITIES)],
        "Netherlands",
        f"https://www.{domain(n)}/people/{n}",
        STAGES[n % len(STAGES)],
        f"20{10 + n % 15}-{1 + n % 12:02}-{1 + n % 28:02}",
    )


def write_csv(path: Path, rows: int) -> Path:
    """Write people 1 to `rows` as a CSV file, unless it is there."""
    if not path.exists():
        unfinished = path.with_suffix(".unfinished")
        with unfinished.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(HEADINGS)
            writer.writerows(map(row, range(1, rows + 1)))
        unfinished.rename(path)
    return path
