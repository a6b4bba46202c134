"""[rates] in crm.toml: what other currencies are worth, and what is wrong with it, by line."""

from __future__ import annotations

from datetime import date

import pytest

from crmcli.frozen import replace
from crmcli.model.settings import InvalidSettings, load_settings, parse_settings
from crmcli.services.reporting.rates import in_home
from office import make_office

RATES = """
[rates]
GBP = "1.16"
[rates.USD]
2026-01-01 = "0.92"
2026-07-01 = 0.88
"""


def test_rates_hold_for_ever_or_from_a_day_on():
    assert parse_settings(RATES, "crm.toml").rates == (
        ("GBP", "", "1.16"),
        ("USD", "2026-01-01", "0.92"),
        ("USD", "2026-07-01", "0.88"),
    )
    assert parse_settings("", "crm.toml").rates == ()


def test_what_is_kept_of_the_settings_has_them_too(tmp_path):
    (tmp_path / "crm.toml").write_text(RATES, encoding="utf-8")
    first, again = (load_settings(str(tmp_path), str(tmp_path / "cache")) for _ in range(2))
    assert first.rates == again.rates != ()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[rates]\ndollar = "1"\n', 'crm.toml:2: "dollar" is no currency'),
        ('[rates]\nUSD = "1,16"\n', 'crm.toml:2: "1,16" is no rate'),
        ("[rates]\nUSD = 0\n", 'crm.toml:2: "0" is no rate'),
        ("[rates]\nUSD = true\n", 'crm.toml:2: "True" is no rate'),
        ('[rates.USD]\n2026-02-30 = "1"\n', 'crm.toml:2: "2026-02-30" is no day'),
        ("rates = 5\n", 'crm.toml:1: "rates" needs a table'),
    ],
)
def test_mistakes_have_their_line(text, message):
    with pytest.raises(InvalidSettings, match=message):
        parse_settings(text, "crm.toml")


@pytest.mark.parametrize(
    ("amount", "currency", "day", "home"),
    [
        (100_000_000, "", "2026-08-01", 100_000_000),
        (100_000_000, "EUR", "2026-08-01", 100_000_000),
        (100_000_000, "GBP", "1999-08-01", 116_000_000),
        (100_000_000, "USD", "2026-06-30", 92_000_000),
        (100_000_000, "USD", "2026-07-01", 88_000_000),
        (-1, "USD", "2026-07-01", -1),  # 0.88 of the smallest, rounded
        (100_000_000, "USD", "2025-12-31", None),
        (100_000_000, "CHF", "2026-07-01", None),
    ],
)
def test_one_amount_is_converted_by_the_rate_of_its_day(tmp_path, amount, currency, day, home):
    workspace = make_office(tmp_path)
    rates = parse_settings(RATES, "crm.toml").rates
    workspace = replace(workspace, context=replace(workspace.context, rates=rates))
    assert in_home(workspace, amount, currency, date.fromisoformat(day)) == home
