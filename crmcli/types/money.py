"""Money: exact decimals; which currency is said beside it, by the record or the workspace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.types import decimals
from crmcli.types.number import NotANumber, Number

if TYPE_CHECKING:
    from typing import Self

    from crmcli.types.base import Context, Stored

# ISO 4217, active codes.
_CODES = """
AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP CNY
COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR
IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR
MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD
SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XCG
XOF XPF YER ZAR ZMW ZWG
"""
CURRENCIES = frozenset(_CODES.split())
# Currencies whose smallest coin is not a hundredth.
_WHOLE = frozenset(
    {"BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"}
)
_THOUSANDTHS = frozenset({"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"})
# What stands for a currency beside an amount; "" where it does not say of which.
_SIGNS = {
    "US$": "USD", "A$": "AUD", "C$": "CAD", "NZ$": "NZD", "HK$": "HKD", "S$": "SGD", "R$": "BRL", "€": "EUR",
    "£": "GBP", "₹": "INR", "₽": "RUB", "₩": "KRW", "₺": "TRY", "₴": "UAH", "₪": "ILS", "₫": "VND", "฿": "THB",
    "₱": "PHP", "₦": "NGN", "₡": "CRC", "₲": "PYG", "₵": "GHS", "₸": "KZT", "₼": "AZN", "₾": "GEL", "¢": "",
    "$": "USD", "¥": "JPY",
}  # fmt: skip
# Signs that several currencies have: they mean that of the workspace where it is one of these.
_DOLLARS = "USD AUD CAD NZD HKD SGD MXN ARS CLP COP TWD BSD BBD BZD BMD BND FJD GYD JMD LRD NAD SBD SRD TTD"
_SHARED = {"$": frozenset(_DOLLARS.split()), "¥": frozenset(("JPY", "CNY"))}


def digits(currency: str) -> int:
    """Give how many decimals a currency's amounts are shown with, by its ISO 4217 code."""
    if currency in _WHOLE:
        return 0
    return 3 if currency in _THOUSANDTHS else 2


class Amount(str):
    """A stored amount that knows its currency, as a list gives it of a record that has one of its own."""

    __slots__ = ("currency",)
    currency: str

    def __new__(cls, number: str, currency: str) -> Self:
        """Make it of the stored decimal text and an ISO 4217 code."""
        amount = super().__new__(cls, number)
        amount.currency = currency
        return amount


class Money(Number):
    """An amount, exact, always stored as decimal text.

    A currency's sign or code may be typed with it and is not kept: the record's currency is a
    property of its own, else the workspace's holds. No amount is ever converted.
    """

    name = "money"
    doc = "An amount: 1200, 1,200.50, € 12,50 or $1,200. The currency is the record's, else the workspace's."

    def parse(self, text: str, context: Context) -> Stored:
        """Read an amount with or without a currency's sign or code; raise NotANumber and its like."""
        number = decimals.read(text) or decimals.read(split_currency(text, context.currency)[0])
        if number is None:
            raise NotANumber(text)
        return self._held(number, text)

    def _form(self, number: str) -> Stored:
        return number

    def _whole(self, value: int) -> Stored:
        return str(value)

    def show(self, value: Stored, context: Context) -> str:
        """Say the amount in its own currency or else the context's, "1,200.00 EUR"."""
        return self.show_in(value, value.currency if isinstance(value, Amount) else context.currency)

    def show_in(self, value: Stored, currency: str) -> str:
        """Say the amount in a currency: thousands separated, all its decimals, the code after it."""
        whole, _, fraction = str(value).partition(".")
        fraction = fraction.ljust(digits(currency), "0")
        sign, whole = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
        amount = f"{sign}{int(whole):,}" + (f".{fraction}" if fraction else "")
        return f"{amount} {currency}".rstrip()


def split_currency(text: str, home: str) -> tuple[str, str]:
    """Take a currency's sign or code off either end of an amount, and give both; "" where there is no currency.

    `home` is the workspace's currency: it is meant by a sign that several have, where it is one of these.
    """
    amount = text.strip()
    sign = amount[:1] if amount[:1] in {"-", "+", "\u2212"} else ""
    amount = amount[len(sign) :].lstrip()
    before, after = amount[:3].upper(), amount[-3:].upper()
    if before in CURRENCIES or before == home:
        amount, currency = amount[3:], before
    elif after in CURRENCIES or after == home:
        amount, currency = amount[:-3], after
    else:
        amount, currency = _without_sign(amount, home)
    return sign + amount.strip(), currency


def _without_sign(amount: str, home: str) -> tuple[str, str]:
    for mark, currency in _SIGNS.items():
        meant = home if home in _SHARED.get(mark, ()) else currency
        if amount.startswith(mark):
            return amount[len(mark) :], meant
        if amount.endswith(mark):
            return amount[: -len(mark)], meant
    return amount, ""
