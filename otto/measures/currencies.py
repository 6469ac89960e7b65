"""Currencies by their spoken names.

A bare "dollar" is the US dollar, a "pound" the British pound, a "franc" the Swiss one, a "krone" the Norwegian and a
"krona" the Swedish one, a "peso" the Mexican, a "rupee" the Indian, a "real" the Brazilian, and a "won" the South
Korean one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from otto.arguments import comparable
from otto.measures.spoken_numbers import say_number

_CURRENCIES = """
EUR|euro|euros|eur|€
USD|US dollar|US dollars|dollar|dollars|american dollar|american dollars|united states dollars|buck|bucks|us$|$
GBP|British pound|British pounds|pound|pounds|pound sterling|pounds sterling|sterling|english pounds|uk pounds|quid|£
JPY|Japanese yen|Japanese yen|yen|yens|¥
CHF|Swiss franc|Swiss francs|franc|francs
AUD|Australian dollar|Australian dollars|aussie dollar|aussie dollars
CAD|Canadian dollar|Canadian dollars
NZD|New Zealand dollar|New Zealand dollars|kiwi dollar|kiwi dollars
HKD|Hong Kong dollar|Hong Kong dollars
SGD|Singapore dollar|Singapore dollars|singaporean dollars
CNY|Chinese yuan|Chinese yuan|yuan|yuans|renminbi|chinese renminbi|rmb
INR|Indian rupee|Indian rupees|rupee|rupees|₹
KRW|South Korean won|South Korean won|won|korean won|₩
SEK|Swedish krona|Swedish kronor|krona|kronor|kronas|swedish crown|swedish crowns|swedish kronas
NOK|Norwegian krone|Norwegian kroner|krone|kroner|norwegian crown|norwegian crowns|norwegian krones
DKK|Danish krone|Danish kroner|danish crown|danish crowns|danish krones
ISK|Icelandic krona|Icelandic kronur|icelandic crowns|icelandic kronas
CZK|Czech koruna|Czech korunas|koruna|korunas|koruny|czech crown|czech crowns
PLN|Polish zloty|Polish zlotys|zloty|zlotys|zloties|złoty
HUF|Hungarian forint|Hungarian forints|forint|forints
RON|Romanian leu|Romanian lei|leu|lei
BGN|Bulgarian lev|Bulgarian leva|lev|leva|levs
TRY|Turkish lira|Turkish lira|lira|liras|turkish liras
BRL|Brazilian real|Brazilian reais|real|reals|reais|brazilian reals
MXN|Mexican peso|Mexican pesos|peso|pesos
IDR|Indonesian rupiah|Indonesian rupiah|rupiah|rupiahs
ILS|Israeli shekel|Israeli shekels|shekel|shekels|new shekels|israeli new shekels
MYR|Malaysian ringgit|Malaysian ringgit|ringgit|ringgits
PHP|Philippine peso|Philippine pesos|filipino pesos
THB|Thai baht|Thai baht|baht|bahts
ZAR|South African rand|South African rand|rand|rands
RUB|Russian ruble|Russian rubles|ruble|rubles|rouble|roubles
UAH|Ukrainian hryvnia|Ukrainian hryvnias|hryvnia|hryvnias
ARS|Argentine peso|Argentine pesos|argentinian pesos
CLP|Chilean peso|Chilean pesos
COP|Colombian peso|Colombian pesos
EGP|Egyptian pound|Egyptian pounds
AED|Emirati dirham|Emirati dirhams|dirham|dirhams
SAR|Saudi riyal|Saudi riyals|riyal|riyals
TWD|Taiwan dollar|Taiwan dollars|taiwanese dollars
VND|Vietnamese dong|Vietnamese dong|dong
PKR|Pakistani rupee|Pakistani rupees
BTC|bitcoin|bitcoins
"""
_NO_COINS = {"JPY", "KRW", "HUF", "IDR", "ISK", "VND"}  # a hundredth of these buys nothing


@dataclass(frozen=True)
class Currency:
    """A currency: its ISO 4217 code, and what one and many of it are called."""

    code: str
    one: str
    many: str

    def say(self, number: str) -> str:
        return f"{number} {self.one if number == '1' else self.many}"

    def say_amount(self, amount: float) -> str:
        """An amount as prices are told: "91.74 euros", "17,250 Japanese yen"."""
        whole = self.code in _NO_COINS and abs(amount) >= 100
        places = (0 if whole else 2) if 1 <= abs(amount) < 1e6 else None
        return self.say(say_number(amount, places)[0])


def find_currency(said: str) -> Currency | None:
    """The currency of that name or code, or None."""
    return _BY_NAME.get(_plain(said))


def is_bare_pound(said: str) -> bool:
    """Whether a name means a weight as well as money."""
    return _plain(said) in ("pound", "pounds")


def _plain(said: str) -> str:
    return " ".join(re.sub(r"[.-]", " ", re.sub(r"\b([a-z])\.", r"\1", comparable(said))).split())


def _by_name() -> dict[str, Currency]:
    names: dict[str, Currency] = {}
    for line in _CURRENCIES.split("\n"):
        code, *words = line.split("|")
        if words:
            currency = Currency(code, words[0], words[1])
            names |= {_plain(name): currency for name in (code, *words)}
    return names


_BY_NAME = _by_name()
