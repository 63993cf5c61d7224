"""The warehouse's address: what is understood, and how faults are told."""

from __future__ import annotations

import pytest

from gx.warehouse.address import AddressError, WarehouseAddress, parse_address, warehouse_address


@pytest.mark.parametrize("text", ["", "embedded", "  embedded "])
def test_the_embedded_warehouse_is_the_default(text: str) -> None:
    assert parse_address(text) == WarehouseAddress()


def test_an_unset_variable_means_the_embedded_warehouse() -> None:
    assert warehouse_address({}).kind == "embedded"


def test_every_part_of_a_bigquery_address_is_read() -> None:
    text = "bigquery://my-project?location=us-west2&maximum_bytes_billed=2000000000&api_endpoint=http://127.0.0.1:9050"
    address = parse_address(text)
    assert address == WarehouseAddress("bigquery", "my-project", "us-west2", 2_000_000_000, "http://127.0.0.1:9050")
    assert str(address) == text


@pytest.mark.parametrize(
    ("endpoint", "loopback"),
    [
        ("http://127.0.0.1:1", True),
        ("http://localhost:1", True),
        ("http://[::1]:1", True),
        ("https://bigquery.example.org", False),
    ],
)
def test_only_an_endpoint_on_this_machine_goes_without_credentials(endpoint: str, loopback: bool) -> None:
    assert parse_address(f"bigquery://my-project?api_endpoint={endpoint}").on_loopback is loopback


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("embeded", "did you mean `embedded`?"),
        ("postgres://x", "it is neither of them"),
        ("bigquery://My_Project", "`My_Project` is no project id"),
        ("bigquery://", "`` is no project id"),
        ("bigquery://my-project/dataset", "`/dataset` after the project"),
        ("bigquery://my-project?locaton=US", "unknown option `locaton`, did you mean `location`?"),
        ("bigquery://my-project?location=US&location=EU", "`location` is given twice"),
        ("bigquery://my-project?location=", "location `` is no BigQuery location"),
        ("bigquery://my-project?maximum_bytes_billed=2GB", "`2GB` is no whole number of bytes above 0"),
        ("bigquery://my-project?maximum_bytes_billed=0", "`0` is no whole number of bytes above 0"),
        ("bigquery://my-project?api_endpoint=ftp://x", "`ftp://x` is no http:// or https:// address"),
        ("bigquery://my-project?api_endpoint=http://x:99999", "is no http:// or https:// address"),
        ("bigquery://my-project?api_endpoint=http://example.org", "would send credentials in the clear"),
        ("bigquery://[x", "Invalid IPv6"),
    ],
)
def test_a_fault_is_told_with_what_is_allowed(text: str, told: str) -> None:
    with pytest.raises(AddressError) as caught:
        parse_address(text)
    assert told in str(caught.value)
    assert "Allowed: `embedded`, or `bigquery://PROJECT`" in str(caught.value)


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(AddressError) as caught:
        parse_address("bigquery://X?location=1&maximum_bytes_billed=x&nonsense=1")
    assert all(part in str(caught.value) for part in ("project id", "location `1`", "`x` is no whole", "`nonsense`"))
