"""Which column of a file gets which property: what each may be, by heading and values, and who has the better claim.

What is certain is taken; what is not is left to whoever can be asked. No property comes from two columns, but one
that holds several values.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crmcli.model.headings import fold_heading
from crmcli.services.mapping import evidence
from crmcli.services.mapping.meanings import ALIAS, LABEL, NAME, ORIGIN, ROLE, VALUES, Meaning

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from crmcli.model.objects import ObjectType, Property
    from crmcli.services.mapping.evidence import Evidence
    from crmcli.services.mapping.meanings import Meanings
    from crmcli.types.base import Context

# The role of the property that values of a kind go into.
_ROLES = {
    evidence.EMAIL: "email",
    evidence.PHONE: "phone",
    evidence.URL: "website",
    evidence.DOMAIN: "company_domain",
}
_UNRANKED = (NAME, LABEL, ALIAS, ROLE)  # ways in which all that is known is known equally well
_FEW = 2  # different values that it takes to know options or users by them


@dataclass(slots=True)
class Claim:
    """What a column may be, on the way to what it is.

    `meanings` are what may be taken, the strongest first; `guesses` what may only be asked. `got` is what it was
    given, None while it has nothing; `lost_to` the column that has what it would have been.
    """

    number: int
    heading: str
    seen: Evidence
    meanings: list[Meaning] = field(default_factory=list)
    guesses: list[Meaning] = field(default_factory=list)
    got: Meaning | None = None
    lost_to: str = ""

    @property
    def called(self) -> str:
        """Its heading, or its number where it has none."""
        return self.heading or f"#{self.number}"

    @property
    def by_heading(self) -> bool:
        """Whether its heading says what it is, with or against its values."""
        return any(meaning.strength[0] < VALUES for meaning in (*self.meanings, *self.guesses))

    @property
    def strength(self) -> tuple[bool, tuple[int, int], int]:
        """How good its claim is: less is better; one without values has the worst."""
        return not self.seen.total, self.meanings[0].strength, self.number


class Claims:
    """The columns of one file that nobody said anything about."""

    def __init__(
        self, found: ObjectType, meanings: Meanings, hosts: Mapping[str, Sequence[str]], context: Context
    ) -> None:
        self._found = found
        self._meanings = meanings
        self._hosts = hosts
        self._context = context
        self._roles: dict[str, set[str]] = {}
        for role, name in found.roles.items():
            self._roles.setdefault(name, set()).add(role)

    def read(self, number: int, heading: str, cells: Sequence[str]) -> Claim:
        """Say what a column may be, whatever the others are."""
        claim = Claim(number, heading, evidence.look(cells))
        meant = self._on_host(claim) or self._meanings.of(heading)
        contradicted = [meaning for meaning in meant if self._contradicted(meaning, claim)]
        claim.meanings = [meaning for meaning in meant if meaning not in contradicted]
        claim.guesses = sorted(contradicted, key=lambda meaning: not meaning.parts)[:1]
        if _ambiguous(claim.meanings):
            claim.guesses, claim.meanings = [*claim.meanings, *claim.guesses], []
        if not claim.meanings and not self._meanings.nothing(heading):
            self._by_values(claim, certain=self._meanings.neutral(heading))
        return claim

    def settle(self, claims: Sequence[Claim], taken: Mapping[str, str]) -> None:
        """Give each column what it has the best claim to; `taken` are the properties that are given: → by what."""
        taken = dict(taken)
        self._settle_wholes(claims, taken)
        for claim in sorted(
            (c for c in claims if c.meanings and not (c.got or c.lost_to)), key=lambda claim: claim.strength
        ):
            self._settle(claim, taken)
        for claim in claims:
            if not claim.meanings:
                claim.guesses = self._free(claim, taken)

    def _free(self, claim: Claim, taken: Mapping[str, str]) -> list[Meaning]:
        """Give the guesses of a column whose properties no other column has, or that hold further values."""
        free = []
        for guess in claim.guesses:
            further = self._further(guess.target) if guess.target in taken else None
            if further:
                free.append(Meaning(further.name, guess.why, guess.strength))
            elif not any(name in taken for name in guess.parts or (guess.target,)):
                free.append(guess)
        return free

    def _settle(self, claim: Claim, taken: dict[str, str]) -> None:
        """Give a column the first of its meanings that is free, or of several addresses a further one."""
        for meaning in claim.meanings:
            if meaning.target not in taken or self._found.properties[meaning.target].value_type.several:
                taken.setdefault(meaning.target, claim.called)
                claim.got = meaning
                return
        first = claim.meanings[0]
        claim.lost_to = taken[first.target]
        further = self._further(first.target) if claim.by_heading else None
        if further and fold_heading(claim.heading) != fold_heading(claim.lost_to):
            claim.got = Meaning(further.name, f"{first.why}; {first.target} is {claim.lost_to}", first.strength)
            claim.lost_to = ""

    def _settle_wholes(self, claims: Sequence[Claim], taken: dict[str, str]) -> None:
        """Give a column of whole names its two properties where no other has them, or the one that is missing."""
        wholes = [claim for claim in claims if any(meaning.parts for meaning in claim.meanings)]
        single = {c.meanings[0].target: c.called for c in claims if c.meanings and c not in wholes} | taken
        for claim in sorted(wholes, key=lambda claim: claim.strength):
            whole = next(meaning for meaning in claim.meanings if meaning.parts)
            others = [meaning for meaning in claim.meanings if not meaning.parts]
            held = [part for part in whole.parts if part in single]
            if not held:
                claim.got = whole
                single |= dict.fromkeys(whole.parts, claim.called)
                taken |= dict.fromkeys(whole.parts, claim.called)
                continue
            missing = [meaning for meaning in others if meaning.target not in single]
            claim.meanings = missing or [whole]
            if not missing and len(held) < len(whole.parts):
                claim.meanings = []
                claim.guesses = [Meaning(part, whole.why, whole.strength) for part in whole.parts if part not in held]
            elif not missing:
                claim.lost_to = single[held[0]]

    def _further(self, name: str) -> Property | None:
        """Give the property that holds further values of a key property."""
        return next((prop for prop in self._found.properties.values() if prop.additional_of == name), None)

    def _contradicted(self, meaning: Meaning, claim: Claim) -> bool:
        """Whether the values are no such thing; whoever writes an internal name, as our exports do, means it."""
        return claim.heading != meaning.target and any(
            evidence.contradicts(claim.seen, self._found.properties[name], frozenset(self._roles.get(name, ())))
            for name in meaning.parts or (meaning.target,)
        )

    def _on_host(self, claim: Claim) -> list[Meaning]:
        """Give the property for addresses of one host, unless the heading is that of something else."""
        if claim.seen.kind != evidence.URL:
            return []
        meant = self._meanings.of(claim.heading)
        if meant and (meant[0].parts or self._type(meant[0].target) != evidence.URL):
            return []
        for name, hosts in self._hosts.items():
            count = evidence.on_hosts(claim.seen, hosts)
            if name in self._found.properties and evidence.most(count, claim.seen):
                why = f"{count} of {claim.seen.total} values are on {', '.join(hosts)}"
                return [Meaning(name, why, (ORIGIN if meant else VALUES, 0))]
        return []

    def _type(self, name: str) -> str:
        prop = self._found.properties.get(name)
        return prop.value_type.name if prop else ""

    def _by_values(self, claim: Claim, *, certain: bool) -> None:
        """Say what a column may be by its values; certain where its heading says nothing else."""
        found = list(self._users(claim.seen) or self._addresses(claim.seen) or self._options(claim.seen))
        if certain and len(found) == 1 and not claim.guesses:
            claim.meanings = found
        elif certain and len(found) == 1 and claim.guesses[0].strength[0] > LABEL:
            claim.meanings, claim.guesses = found, []
        else:
            claim.guesses += found

    def _addresses(self, seen: Evidence) -> Iterable[Meaning]:
        name = self._found.roles.get(_ROLES.get(seen.kind, ""))
        return [Meaning(name, seen.said, (VALUES, 0))] if name else []

    def _users(self, seen: Evidence) -> Iterable[Meaning]:
        name, count = self._found.roles.get("owner"), evidence.users_named(seen, self._context)
        if not name or not evidence.most(count, seen):
            return []
        return [Meaning(name, f"{count} of {seen.total} values are users of this CRM", (VALUES, 0))]

    def _options(self, seen: Evidence) -> Iterable[Meaning]:
        if seen.kind or len(set(seen.values)) < _FEW:
            return
        for prop in self._found.properties.values():
            if prop.options and not prop.system and not prop.formula:
                count = evidence.options_named(seen, prop)
                if evidence.most(count, seen):
                    why = f"{count} of {seen.total} values are options of {prop.label}"
                    yield Meaning(prop.name, why, (VALUES, 0))


def _ambiguous(meanings: Sequence[Meaning]) -> bool:
    """Whether a heading means several properties equally; one of the parts of a whole name is told by the others."""
    if not meanings or any(meaning.parts for meaning in meanings):
        return False
    way = meanings[0].strength[0]
    equal = [each for each in meanings if way in _UNRANKED or each.strength == meanings[0].strength]
    return len(equal) > 1
