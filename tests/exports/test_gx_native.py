"""An exported project runs in Great Expectations: its core suites without this package, the others with it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from gx.calendar.calendar import Calendar
from gx.contracts.model import Contract, ContractSet
from gx.exports.gx_native.suites import is_core
from gx.judging.evidence import EvidenceRoom
from gx.judging.judge import Bench, judge_rule
from gx.judging.result import is_quiet
from gx.planning.plan import plan
from gx.rules.registry import families
from tests.exports.conftest import BROKEN, DAY, NEXT, ROOT, TABLE

if TYPE_CHECKING:
    from gx.warehouse.client import Warehouse

pytestmark = pytest.mark.long

STOCK = """
import json, sys

class NotInstalled:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "gx":
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, NotInstalled())
"""
RUN = """
import great_expectations

def run(folder, checkpoint):
    context = great_expectations.get_context(mode="file", project_root_dir=folder)
    found = context.checkpoints.get(checkpoint).run()
    rules = {}
    for result in found.run_results.values():
        for each in result.results:
            config, error = each.expectation_config, str(each.exception_info.get("exception_message") or "")
            name = config.meta.get("rule") or config.meta.get("contract_rule") or config.type
            rules[name.rpartition(".")[2]] = [bool(each.success), error]
    return bool(found.success), rules
"""


def stock_google(folder: Path, token_address: str) -> dict[str, str]:
    """The variables with which Google's own client speaks to a BigQuery on this machine, with a key made up here."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    form, plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    key = rsa.generate_private_key(65537, 2048).private_bytes(serialization.Encoding.PEM, form, plain)
    account = {
        "type": "service_account",
        "project_id": "contracts",
        "private_key_id": "1",
        "private_key": key.decode(),
        "client_email": "tests@contracts.invalid",
        "client_id": "1",
        "token_uri": token_address,
    }
    file = folder / "account.json"
    file.write_text(json.dumps(account), encoding="utf-8")
    return {"GOOGLE_APPLICATION_CREDENTIALS": str(file)}


@pytest.fixture(scope="module")
def token_address() -> Iterator[str]:
    """A server that gives every account a token."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            body = json.dumps({"access_token": "token", "expires_in": 3600, "token_type": "Bearer"}).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/token"
    server.shutdown()
    server.server_close()


def _python(code: str, *arguments: str, folder: Path, environment: Mapping[str, str]) -> Any:
    command = [sys.executable, "-c", code, *arguments]
    variables = {"PATH": os.environ["PATH"], "GX_ANALYTICS_ENABLED": "False", **environment}
    done = subprocess.run(command, cwd=folder, env=variables, capture_output=True, text=True, timeout=180, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def in_stock(
    loaded: Warehouse, exported: Path, token_address: str, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Any]:
    """What stock Great Expectations says of both checkpoints, with neither this package nor its dialect at hand."""
    folder = tmp_path_factory.mktemp("elsewhere")
    environment = {
        **stock_google(folder, token_address),
        "BIGQUERY_EMULATOR_HOST": str(loaded.address.api_endpoint),
        "CONTRACTS_GX_CONNECTION": f"bigquery://{loaded.address.project}",
    }
    code = STOCK + RUN + 'print(json.dumps({name: run(sys.argv[1], name) for name in ("core", "pipeline")}))'
    found: dict[str, Any] = _python(code, str(exported), folder=folder, environment=environment)
    return found


def _ours(loaded: Warehouse, players: Contract, project: ContractSet) -> dict[str, bool]:
    """Whether each core rule is well, as a run of contracts judges it."""
    calendar = Calendar(project.calendar)
    now = calendar.moment(NEXT)
    core = tuple(rule for rule in players.rules if is_core(rule))
    planned = plan([(players, core)], {}, families(), DAY, NEXT, now)
    answers = {answer.statement: answer for answer in loaded.run_statements(planned.statements)}
    room, bench = EvidenceRoom(planned, answers, {}, now, {TABLE: players}), Bench(now, calendar, ())
    results = [judge_rule(each, room, bench) for each in planned.rules]
    assert not any(result.error for result in results)
    return {result.rule: is_quiet(result.verdict) for result in results}


def test_stock_great_expectations_gives_every_core_rule_our_answer(
    in_stock: dict[str, Any], loaded: Warehouse, players: Contract, project: ContractSet
) -> None:
    success, rules = in_stock["core"]
    assert {name: each[1] for name, each in rules.items() if each[1]} == {}
    assert {name: each[0] for name, each in rules.items()} == _ours(loaded, players, project)
    assert {name for name, each in rules.items() if not each[0]} == BROKEN - {"minutes_fit"}
    assert success is False


def test_a_suite_that_stock_great_expectations_cannot_read_is_no_success(in_stock: dict[str, Any]) -> None:
    success, rules = in_stock["pipeline"]
    assert success is False
    assert rules == {"expect_column_to_exist": [False, ""]}


def test_with_this_package_the_pipeline_s_rules_measure_themselves(
    loaded: Warehouse, exported: Path, own_project: Path
) -> None:
    """Once more after the contract has changed: the exported rule is another then, and is not answered for."""
    code = (
        "import json, pathlib, sys\nimport gx.exports.gx_native.running\n"
        + RUN
        + "first = run(sys.argv[1], 'pipeline')\n"
        "file = pathlib.Path('expectations/exported/players.yaml')\n"
        "file.write_text(file.read_text().replace('minutes <= 40', 'minutes <= 50'))\n"
        "print(json.dumps([first, run(sys.argv[1], 'pipeline')]))"
    )
    environment = {"CONTRACTS_GX_CONNECTION": loaded.sqlalchemy_url(), "PYTHONPATH": str(ROOT)}
    first, second = _python(code, str(exported), folder=own_project, environment=environment)
    well = {"points_need_minutes": [True, ""], "enough_rows": [True, ""], "expect_column_to_exist": [True, ""]}
    assert first == [False, well | {"minutes_fit": [False, ""]}]
    name = f"{TABLE}.minutes_fit"
    assert second == [
        False,
        well | {"minutes_fit": [False, f"{name} has changed since this suite was exported; export again"]},
    ]
