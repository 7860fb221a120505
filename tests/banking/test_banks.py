"""The list of banks agrees with a peer's; a wrong number would send a gift to somebody else."""

import re
from itertools import groupby

import pytest
from vietnam_qr_pay.constants.banks import BanksObject

from app.banking.banks import _LISTED, BANKS, USUAL, bank_named
from app.kernel.errors import Invalid
from app.kernel.text import fold

PEERS = [bank for bank in BanksObject.values() if bank.bin]
# Renamed since the peer's list was made; the number of each is the peer's.
RENAMED = {"970408", "970430", "970444"}


def test_every_bank_that_the_peer_knows_as_receiving_can_be_chosen() -> None:
    assert set(BANKS) == {bank.bin for bank in PEERS}


def test_names_stand_at_the_peers_numbers() -> None:
    present = {bank.bin: bank for bank in PEERS if not bank.deprecated}
    differing = {
        number
        for number, bank in BANKS.items()
        if (bank.short_name, bank.name.replace("Ngân hàng", "NH"))
        != (present[number].short_name, present[number].name.replace("Ngân hàng", "NH"))
    }

    assert differing == RENAMED


def test_each_bank_is_listed_once_under_its_number_in_order() -> None:
    assert len(_LISTED) == len(BANKS)
    assert [len(list(same)) for _, same in groupby(sorted(b.short_name for b in _LISTED))] == (
        [1] * len(BANKS)
    )
    assert all(re.fullmatch("[0-9]{6}", number) for number in BANKS)
    names = [fold(bank.short_name) for bank in _LISTED]
    assert names == sorted(names)


@pytest.mark.parametrize(
    ("number", "name"),
    [
        ("970403", "Sacombank"),
        ("970405", "Agribank"),
        ("970407", "Techcombank"),
        ("970414", "MBV"),
        ("970415", "VietinBank"),
        ("970416", "ACB"),
        ("970418", "BIDV"),
        ("970422", "MB Bank"),
        ("970423", "TPBank"),
        ("970432", "VPBank"),
        ("970436", "Vietcombank"),
        ("970449", "LPBank"),
    ],
)
def test_the_usual_banks_have_their_numbers(number: str, name: str) -> None:
    assert bank_named(number).short_name == name


def test_those_called_first_are_banks() -> None:
    assert [number for number in USUAL if number not in BANKS] == []


def test_an_unknown_number_is_refused_at_its_field() -> None:
    with pytest.raises(Invalid) as refusal:
        bank_named("970499")

    assert refusal.value.field == "bank"
