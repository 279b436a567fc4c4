"""Each metric is emitted, described, and what the dashboard and the alert rules ask for exists."""

import asyncio
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any
from unittest.mock import AsyncMock, patch

import httpx
import pytest
import yaml
from prometheus_client import REGISTRY, Metric
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route

from bot import metrics
from bot.api import PATH
from bot.api.api import api
from bot.commands.worker import CommandWorker
from bot.intake.reception import reception
from bot.web.web import web
from channels.base import DeliveryReport, Misconfigured
from tests.hooks.receivers import Receiver, hook_sender, subscribed, told
from tests.support.bot_under_test import ADMIN, Bot, Customer
from tests.test_logs import STEPS

DOCS = Path(__file__).parent.parent / "docs"
DASHBOARD = json.loads((DOCS / "monitoring" / "grafana-dashboard.json").read_text())
RULES = yaml.safe_load((DOCS / "monitoring" / "alert-rules.yaml").read_text())
PANELS = [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]
ALERTS = [rule for group in RULES["groups"] for rule in group["rules"]]
QUERIES = [target["expr"] for panel in PANELS for target in panel["targets"]]
EXPRESSIONS = [*QUERIES, *(rule["expr"] for rule in ALERTS)]

OURS: Mapping[str, Any] = {one._name: one for one in vars(metrics).values() if hasattr(one, "_labelnames")}
"""Every metric by its name, without the ending that its samples have."""
OF_PROMETHEUS = {"le", "job", "instance"}  # labels that a histogram or a scrape adds
ENDINGS = re.compile(r"_(total|bucket|count|sum)$")


def named(expression: str) -> list[tuple[str, set[str]]]:
    """The metrics of ours in an expression, each with the labels that its braces ask for."""
    found = re.findall(r"(npsbot_\w+)(?:\{([^}]*)\})?", expression)
    return [(name, set(re.findall(r"(\w+)\s*[=!]~?", braces))) for name, braces in found]


def labels_of(name: str) -> set[str]:
    return set(OURS[base_of(name)]._labelnames) | OF_PROMETHEUS


def base_of(name: str) -> str:
    return name if name in OURS else ENDINGS.sub("", name)


# -------------------------------------------------------------------------------------------- emitted


async def test_every_metric_is_emitted_with_its_labels(bot: Bot) -> None:
    await _live(bot)
    emitted: dict[str, set[str]] = {metric.name: _labels(metric) for metric in _collected()}
    for name, metric in OURS.items():
        assert emitted.get(name), f"{name} is never emitted"
        assert emitted[name] >= set(metric._labelnames), name


def _collected() -> Iterator[Metric]:
    return (metric for metric in REGISTRY.collect() if metric.name in OURS)


def _labels(metric: Metric) -> set[str]:
    samples = [sample for sample in metric.samples if not sample.name.endswith("_created")]
    return {"", *(label for sample in samples for label in sample.labels)} if samples else set()


async def _live(bot: Bot) -> None:
    """A day in which everything happens that is counted."""
    await subscribed(bot)
    await bot.start(Customer("buyer", slack="U1"), Customer("texter", sms="+31612345678"))
    receive = reception(bot.store, bot.context, bot.clock, "slack")
    await receive([bot.message("slack:U1", "3")])
    await bot.work()
    await bot.tap("slack:UMANAGER", "Done")
    await bot.take(DeliveryReport("r1", "sms-1", "delivered", bot.clock.now()), "sms")
    await bot.say("sms:+31612345678", "STOP")
    await _erase(bot)
    bot.slack.fates.append(Misconfigured("the token was revoked"))
    worker = CommandWorker(bot.store, bot.context, bot.clock)
    await bot.say(str(ADMIN), "", command="nps help")
    await worker.look()
    await bot.later(days=30)
    await told(hook_sender(bot, Receiver()))
    with suppress(DBAPIError):
        await bot.store.write(_impossible)
    await _each_worker_once(bot, worker)
    await _webhook_and_scrape(bot)


def _impossible(connection: Any) -> None:
    connection.execute(text("SELECT words FROM nowhere"))


async def _erase(bot: Bot) -> None:
    await bot.say("slack:U1", "DELETE")
    await bot.work()
    code = re.search(r"\b\d{4}\b", bot.slack.texts("U1")[-1])
    assert code is not None
    await bot.say("slack:U1", code[0])


async def _each_worker_once(bot: Bot, worker: CommandWorker) -> None:
    """Their real loops, each of whose first rounds fails."""
    for one in (worker, bot.timers, bot.senders["slack"]):
        method = "tick" if one is bot.timers else "look"
        with patch.object(type(one), method, AsyncMock(side_effect=ZeroDivisionError)) as round_:
            task = asyncio.create_task(one.run())
            while not round_.called:  # noqa: ASYNC110 - it is over at the next turn of the loop
                await asyncio.sleep(0)
            for _ in range(5):
                await asyncio.sleep(0)
            bot.clock.advance(seconds=1)
            for _ in range(5):
                await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _webhook_and_scrape(bot: Bot) -> None:
    async def hook(_request: Request) -> Response:
        return PlainTextResponse("ok")

    channel = bot.slack
    with patch.object(type(channel), "routes", lambda *_: [Route("/slack/events", hook, methods=["POST"])]):
        rooms = [Mount(PATH, api(bot.store, bot.context, bot.clock))]
        asgi = web(bot.store, bot.context, {"slack": channel}, {"slack": AsyncMock()}, bot.clock, rooms)
    transport = httpx.ASGITransport(asgi)
    async with httpx.AsyncClient(transport=transport, base_url="http://npsbot") as client:
        assert (await client.post("/slack/events")).status_code == 200
        assert (await client.get("/api/v1/contacts")).status_code == 401
        assert "npsbot_database_up 1.0" in (await client.get("/metrics")).text


# ---------------------------------------------------------------------------- the dashboard and the rules


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_what_is_asked_for_exists_with_these_labels(expression: str) -> None:
    for opening, closing in ("()", "[]", "{}"):
        assert expression.count(opening) == expression.count(closing)
    asked = named(expression)
    for name, labels in asked:
        assert base_of(name) in OURS, f"{name} is no metric of ours"
        assert labels <= labels_of(name), name
        samples = {sample for metric in OURS[base_of(name)].collect() for sample in _sample_names(metric)}
        assert name in samples, f"{name} is a {OURS[base_of(name)]._type}, which has no such sample"
    grouped = {label.strip() for by in re.findall(r"\bby \(([^)]*)\)", expression) for label in by.split(",")}
    for label in grouped:
        assert any(label in labels_of(name) for name, _ in asked), f"nothing has the label {label}"
    for name, _ in asked:
        if name.endswith(("_total", "_bucket", "_count", "_sum")):
            assert re.search(r"\b(rate|increase)\(", expression), f"{name} only ever grows"


def _sample_names(metric: Metric) -> set[str]:
    endings = {"counter": ("_total",), "histogram": ("_bucket", "_count", "_sum"), "gauge": ("",)}
    return {metric.name + ending for ending in endings[metric.type]}


def test_every_metric_is_on_the_dashboard() -> None:
    shown = {base_of(name) for query in QUERIES for name, _ in named(query)}
    assert shown == OURS.keys()


def test_the_dashboard_can_be_imported() -> None:
    assert DASHBOARD["schemaVersion"] >= 36
    assert (DASHBOARD["title"], DASHBOARD["uid"]) == ("npsbot", "npsbot")
    assert "id" not in DASHBOARD, "Grafana gives it one"
    variables = {one["name"] for one in DASHBOARD["templating"]["list"]}
    assert {"datasource", "job"} <= variables
    ids = [panel["id"] for panel in DASHBOARD["panels"]]
    assert len(set(ids)) == len(ids)
    rows = [panel["title"].split(":")[0] for panel in DASHBOARD["panels"] if panel["type"] == "row"]
    assert rows == ["In", "Out", "People", "Health"]


@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: panel["title"])
def test_a_panel_asks_its_data_source_and_has_its_own_place(panel: Mapping[str, Any]) -> None:
    assert panel["type"] in ("timeseries", "stat")
    place = panel["gridPos"]
    assert 0 <= place["x"] < place["x"] + place["w"] <= 24
    taken = [
        other["gridPos"]
        for other in DASHBOARD["panels"]
        if other is not panel and _overlap(place, other["gridPos"])
    ]
    assert taken == []
    assert panel["targets"]
    for target in panel["targets"]:
        assert target["datasource"] == panel["datasource"] == {"type": "prometheus", "uid": "${datasource}"}
        labels = set(re.findall(r"\{\{(\w+)\}\}", target["legendFormat"]))
        grouped = {
            label.strip() for by in re.findall(r"by \(([^)]*)\)", target["expr"]) for label in by.split(",")
        }
        assert labels <= grouped | {"instance"}, "the legend names what the query does not keep"
    assert len({target["refId"] for target in panel["targets"]}) == len(panel["targets"])


def _overlap(one: Mapping[str, int], other: Mapping[str, int]) -> bool:
    return (
        one["x"] < other["x"] + other["w"]
        and other["x"] < one["x"] + one["w"]
        and one["y"] < other["y"] + other["h"]
        and other["y"] < one["y"] + one["h"]
    )


@pytest.mark.parametrize("rule", ALERTS, ids=lambda rule: rule["alert"])
def test_an_alert_rule_is_as_prometheus_reads_it(rule: Mapping[str, Any]) -> None:
    assert rule.keys() == {"alert", "expr", "for", "labels", "annotations"}
    assert re.fullmatch(r"Npsbot[A-Za-z]+", rule["alert"])
    assert re.fullmatch(r"\d+[smhd]", rule["for"])
    assert rule["labels"].keys() == {"severity"}
    assert rule["labels"]["severity"] in ("critical", "warning", "info")
    assert rule["annotations"].keys() == {"summary", "description"}
    told = " ".join(rule["annotations"].values())
    used = set(re.findall(r"\$labels\.(\w+)", told))
    grouped = {label.strip() for by in re.findall(r"by \(([^)]*)\)", rule["expr"]) for label in by.split(",")}
    kept = grouped or {label for name, _ in named(rule["expr"]) for label in labels_of(name)}
    assert used <= kept, "the text names a label that the expression does not keep"


def test_the_rules_are_groups_with_names_of_their_own() -> None:
    assert RULES.keys() == {"groups"}
    for group in RULES["groups"]:
        assert group.keys() == {"name", "rules"}
    names = [rule["alert"] for rule in ALERTS]
    assert len(set(names)) == len(names)


# ------------------------------------------------------------------------------------------- described


def _logged() -> set[str]:
    """The events that the code of the bot logs."""
    code = "\n".join(file.read_text() for file in (DOCS.parent / "bot").rglob("*.py"))
    calls = r"(?:\blog\.(?:debug|info|warning|error|exception)|\bstep)\(\s*\"([a-z_]+\.[a-z_]+)\""
    return set(re.findall(calls, code))


def test_operations_describes_each_metric_alert_and_log_line() -> None:
    text = (DOCS / "operations.md").read_text()
    of_its_own_test = {"planted.fault", "Exception in ASGI application"}
    for name, metric in OURS.items():
        full = f"{name}_total" if metric._type == "counter" else name
        assert f"`{full}`" in text, f"{full} is not described"
    for rule in ALERTS:
        assert f"`{rule['alert']}`" in text, f"{rule['alert']} is not described"
    for event in STEPS.keys() - of_its_own_test:
        assert f"`{event}`" in text, f"{event} is not described"
    for event in _logged():
        assert f"`{event}`" in text, f"{event} is not described"
    told = set(re.findall(r"`(npsbot_[a-z_]+)`", text))
    assert {base_of(name) for name in told} <= OURS.keys(), "a metric is described that does not exist"
