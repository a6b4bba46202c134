"""What crm.toml says of associations that are made by rule: [associations] and [[associations.rule]]."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crmcli.frozen import frozen, said

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    Fail = Callable[[str, str, str], Exception]

_FLAGS = ("by_domain", "by_domain_subdomains", "create_companies")
_RULE = ("from", "to", "on")


@frozen
class MatchRule:
    """Records of `from_object` and `to_object` are associated where `on` of the one equals `equals` of the other."""

    from_object: str
    to_object: str
    on: str
    equals: str


@frozen
class AssociationSettings:
    """Which associations are made by rule when records are created, changed or imported; none by default.

    `by_domain`: people with the organisation that has their address's domain; `by_domain_subdomains`: else with that
    of its registrable part; `create_companies`: one is made where there is none; `exclude`: domains that mean none.
    """

    by_domain: bool = False
    by_domain_subdomains: bool = False
    create_companies: bool = False
    exclude: tuple[str, ...] = ()
    rules: tuple[MatchRule, ...] = ()

    @property
    def active(self) -> bool:
        """Whether any association is made by rule."""
        return self.by_domain or bool(self.rules)


def read_associations(table: Mapping[str, Any], fail: Fail) -> AssociationSettings:
    """Read [associations]; `fail(key, message, hint)` makes the error to raise."""
    for key, value in table.items():
        if key in _FLAGS and not isinstance(value, bool):
            raise fail(key, f'"{key}" cannot be {value!r}', "it needs true or false")
        if key not in (*_FLAGS, "exclude", "rule"):
            raise fail(key, f'"{key}" is no key of [associations]', f"there are {', '.join(_FLAGS)}, exclude, rule")
    excluded = table.get("exclude", [])
    if not isinstance(excluded, list) or not all(isinstance(one, str) for one in excluded):
        raise fail("exclude", '"exclude" needs a list of domains', 'such as ["acme.example"]')
    rules = table.get("rule", [])
    if not isinstance(rules, list):
        raise fail("rule", '"rule" needs tables', "write [[associations.rule]] and from, to, on below it")
    return AssociationSettings(
        **{key: table[key] for key in _FLAGS if key in table},
        exclude=tuple(domain.lower().strip() for domain in excluded),
        rules=tuple(_rule(rule, fail) for rule in rules),
    )


def _rule(rule: object, fail: Fail) -> MatchRule:
    complete = isinstance(rule, dict) and set(rule) == set(_RULE) and all(isinstance(x, str) for x in rule.values())
    if not complete or not isinstance(rule, dict):
        raise fail("rule", "a rule needs from, to and on", 'as in from = "deal", to = "company", on = "code=number"')
    return MatchRule(rule["from"], rule["to"], *both_sides(rule["on"]))


def both_sides(text: str) -> tuple[str, str]:
    """Take `property=property` apart; one property alone has the same name on both objects."""
    left, _, right = text.partition("=")
    return left.strip(), right.strip() or left.strip()


def packed(settings: AssociationSettings) -> dict[str, Any]:
    """Give the settings as a JSON value."""
    return {**said(settings), "rules": [said(rule) for rule in settings.rules]}


def unpacked(plain: Mapping[str, Any]) -> AssociationSettings:
    """Give the settings back."""
    rules: Sequence[Mapping[str, Any]] = plain.get("rules", ())
    return AssociationSettings(
        **{**plain, "exclude": tuple(plain.get("exclude", ())), "rules": tuple(MatchRule(**rule) for rule in rules)}
    )
