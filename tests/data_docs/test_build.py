import json
import logging
from html.parser import HTMLParser
from pathlib import Path

import pytest

from gx.contracts.model import Contract, ContractHeader, Location, Waiver
from gx.data_docs.build import build_site
from gx.data_docs.builder import project_catalogue
from gx.data_docs.catalogue import Catalogue, make_catalogue
from tests.data_docs import documents
from tests.data_docs.documents import FEB_23, HOSTILE, partition, rule

FACTORS = "nba_precompute.player_composite_factors"
MEGABYTE = 1_000_000
VOID = {"meta", "link", "input", "rect", "path", "br", "img"}


def catalogue() -> Catalogue:
    """The contract and a waiver of one table."""
    header = ContractHeader.model_validate(
        {
            "table": FACTORS,
            "title": "Player composite factors",
            "description": "One row a player and game date.",
            "owner": "precompute",
            "processor": "PlayerCompositeFactorsProcessor",
            "phase": 4,
            "upstream": ["nba_analytics.player_game_summary", "nba_analytics.unknown"],
            "partition": "game_date",
            "grain": ["game_date", "player_lookup"],
            "columns": [{"name": "game_date", "type": "DATE", "mode": "REQUIRED", "description": "Eastern <date>"}],
        }
    )
    waiver = {"table": FACTORS, "rule": "*", "dates": [FEB_23], "reason": "known and accepted", "owner": "precompute"}
    waivers = [Waiver.model_validate({**waiver, "since": "2023-03-01", "expires": "2023-03-02"})]
    location = Location("expectations/nba_precompute/player_composite_factors.yaml")
    return make_catalogue([Contract(header, (), location)], waivers)


class Structure(HTMLParser):
    """Checks that elements nest and that ids occur once."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.ids += [value or "" for name, value in attrs if name == "id"]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in VOID, f"<{tag}/> is no empty element of HTML"

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_every_run_and_table_has_a_page_with_its_json_beside(tmp_path: Path) -> None:
    red = documents.red_audit(passing=3)
    index = build_site([red, documents.green_daily(passing=3)], tmp_path)
    assert index == tmp_path / "index.html"
    assert (tmp_path / f"tables/{FACTORS}.html").is_file()
    assert json.loads((tmp_path / f"runs/{red['run_id']}.json").read_text()) == red
    for folder, count in {"tables": 8, "runs": 2, "seasons": 1, "months": 1, "dates": 164, "rules": 6}.items():
        pages = {path.stem for path in (tmp_path / folder).glob("*.html")}
        assert pages == {path.stem for path in (tmp_path / folder).glob("*.json")}
        assert len(pages) == count, folder
    for page in ("index", "runs", "operations", "search"):
        assert (tmp_path / f"{page}.html").is_file()
        assert json.loads((tmp_path / f"{page}.json").read_text())["schema"].startswith("contracts.")


def test_pages_are_well_formed_and_under_a_megabyte(tmp_path: Path) -> None:
    runs = [documents.red_audit(), documents.green_daily(passing=3), documents.hostile()]
    build_site(runs, tmp_path, catalogue())
    for path in tmp_path.rglob("*.html"):
        structure = Structure()
        structure.feed(path.read_text(encoding="utf-8"))
        assert structure.open == [], path.name
        assert len(structure.ids) == len(set(structure.ids)), path.name
        assert path.stat().st_size < MEGABYTE, path.name


def test_a_season_in_which_everything_is_broken_stays_under_a_megabyte(tmp_path: Path) -> None:
    days = [partition(day.isoformat(), "fail", 200, 1, detail="d" * 80) for day in documents.season_dates()]
    words = {"why": "w" * 200, "remedy": "r" * 200, "verdict": "fail"}
    keys = {"failing_keys": documents.keys(FEB_23, 200), "failing_keys_total": 9_999}
    names = [each.name for each in documents.TABLES[:2]]
    rules = {name: [rule(name, f"r{number}", days, **words, **keys) for number in range(50)] for name in names}
    tables = [{"table": name, "verdict": "fail", "rules": rules[name]} for name in names]
    window = ("2022-10-18", "2023-04-09")
    build_site([documents.document("all", "season_audit", tables, "2023-04-10T00:00:00Z", window, "fail")], tmp_path)
    assert max(path.stat().st_size for path in tmp_path.rglob("*.html")) < MEGABYTE


def test_hostile_values_are_escaped_and_nothing_leaves_the_folder(tmp_path: Path) -> None:
    build_site([documents.hostile()], tmp_path / "site")
    assert {path.name for path in tmp_path.iterdir()} == {"site"}
    for path in tmp_path.rglob("*.html"):
        page = path.read_text(encoding="utf-8")
        assert HOSTILE not in page
        assert "<img" not in page
        assert not set("\x00\u202e\u2066") & set(page)


def test_building_again_writes_nothing(tmp_path: Path) -> None:
    runs = [documents.red_audit(passing=2)]
    build_site(runs, tmp_path)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    build_site(runs, tmp_path)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before


def test_a_later_run_leaves_the_pages_of_earlier_runs_as_they_were(tmp_path: Path) -> None:
    red = documents.red_audit(passing=2)
    build_site([red], tmp_path)
    page = tmp_path / f"runs/{red['run_id']}.html"
    before = page.read_bytes()
    build_site([red, documents.green_daily(passing=2)], tmp_path, catalogue())
    assert page.read_bytes() == before


def test_a_table_page_shows_the_contract(tmp_path: Path) -> None:
    build_site([documents.red_audit(passing=2)], tmp_path, catalogue())
    page = (tmp_path / f"tables/{FACTORS}.html").read_text(encoding="utf-8")
    assert "Eastern &lt;date&gt;" in page
    assert 'href="nba_analytics.player_game_summary.html"' in page
    assert 'href="nba_analytics.unknown.html"' not in page
    assert '<b class="expired">expired</b>' in page
    assert "PlayerCompositeFactorsProcessor" in page


def test_before_the_first_run_the_front_page_says_what_to_do(tmp_path: Path) -> None:
    assert "contracts run daily" in build_site([], tmp_path).read_text(encoding="utf-8")


def test_pages_fetch_nothing(tmp_path: Path) -> None:
    build_site([documents.red_audit(passing=3)], tmp_path)
    for path in tmp_path.rglob("*.html"):
        page = path.read_text(encoding="utf-8")
        assert "://" not in page
        assert "<link" not in page
        assert "src=" not in page


def test_broken_contracts_cost_pages_their_columns_only(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "expectations" / "nba_raw").mkdir(parents=True)
    (tmp_path / "expectations" / "nba_raw" / "broken.yaml").write_bytes(b"\xff\x00")
    with caplog.at_level(logging.WARNING):
        assert project_catalogue(tmp_path).cards == {}
