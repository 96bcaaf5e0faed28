import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gpuplanner.core.units import GIB, MEMORY_UNITS, MINUS, NONE, gib, read_number, seconds, shorten, signed


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("4096", 4096),
        (" 4,096 ", 4096),
        ("1,234,567.5", 1234567.5),
        ("4k", 4096),
        ("1.5K", 1536),
        ("2m", 2 * 2**20),
        ("1.5e9", 1.5e9),
        ("1E-3", 0.001),
        (".5", 0.5),
        ("5.", 5),
        ("-3", -3),
        ("+3", 3),
        (MINUS + "3", -3),
        ("4\N{NO-BREAK SPACE}096", 4096),
    ],
)
def test_that_numbers_are_read_as_people_write_them(text: str, number: float) -> None:
    assert read_number(text) == number


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-",
        "abc",
        "1 2",
        "1_000",
        "0x10",
        "nan",
        "inf",
        "1e",
        "4kk",
        "--3",
        "1,23",
        "12,3456",
        ",5",
        "4 GiB",
    ],
)
def test_that_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a number"):
        read_number(text)


@pytest.mark.parametrize("text", ["51,2", "0,954", "1234,567"])
def test_that_a_decimal_comma_is_never_a_thousands_separator(text: str) -> None:
    with pytest.raises(ValueError, match="write a point before the decimals"):
        read_number(text)


def test_that_a_lone_comma_in_a_quantity_is_refused_because_it_can_be_read_in_two_ways() -> None:
    assert read_number("2,113") == 2113
    with pytest.raises(ValueError, match="two ways"):
        read_number("2,113", count=False)
    assert read_number("2,113.5", count=False) == 2113.5
    assert read_number("2,113,500", count=False) == 2113500


def test_that_a_quantity_takes_no_suffix() -> None:
    with pytest.raises(ValueError, match="is not a number"):
        read_number("5m", count=False)


@pytest.mark.parametrize("text", ["1e999", "9" * 400, "1e305m"])
def test_that_a_number_without_end_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"too large|not a number"):
        read_number(text)


def test_that_a_very_long_text_is_refused_at_once_and_shown_shortened() -> None:
    with pytest.raises(ValueError, match="is not a number") as caught:
        read_number("1," * 50_000)
    assert len(str(caught.value)) < 100


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_that_every_finite_number_is_read_back_from_its_repr(number: float) -> None:
    assert read_number(repr(number)) == number


@given(st.text())
def test_that_any_text_gives_a_finite_number_or_a_reason(text: str) -> None:
    try:
        number, reason = read_number(text), ""
    except ValueError as error:
        number, reason = 0.0, str(error)
    assert math.isfinite(number)
    assert reason.isprintable()


def test_that_units_of_memory_keep_their_distance() -> None:
    assert MEMORY_UNITS["GiB"] / MEMORY_UNITS["GB"] == pytest.approx(1.0737, abs=1e-4)
    assert MEMORY_UNITS["MiB/1000"] == 1000 * 2**20
    assert MEMORY_UNITS["B"] == 1


def test_that_bytes_are_written_in_gib() -> None:
    assert gib(23.8e9) == "22.2"
    assert gib(1536 * GIB, 0) == "1,536"


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (1234.5, 1, "+1,234.5"),
        (-0.25, 1, MINUS + "0.2"),
        (-0.001, 1, "0.0"),
        (0, 0, "0"),
        (-1e6, 0, MINUS + "1,000,000"),
    ],
)
def test_that_signed_numbers_have_a_true_minus_and_no_negative_zero(
    value: float, decimals: int, text: str
) -> None:
    assert signed(value, decimals) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.954, "0.954"),
        (5.2, "5.20"),
        (161.4, "161"),
        (1230, "1,230"),
        (0.9996, "1.00"),
        (9.996, "10.0"),
        (99.96, "100"),
        (0, "0"),
        (math.inf, NONE),
        (math.nan, NONE),
    ],
)
def test_that_seconds_have_three_significant_digits(value: float, text: str) -> None:
    assert seconds(value) == text


def test_that_a_text_in_a_message_stays_on_one_short_line() -> None:
    assert shorten("two\n lines\t here") == "two lines here"
    assert len(shorten("x" * 100, 40)) == 40
    assert shorten("x" * 100, 40).endswith("\N{HORIZONTAL ELLIPSIS}")
