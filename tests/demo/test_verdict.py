"""The verdict: content with a world in which all went well, and with no other."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count

import pytest

from bot.demo.crowd import MANAGERS, Customer, crowd
from bot.demo.verdict import Chat, Verdict, alert_lines, figures, judge, report_lines
from sandbox import Message, Span

CROWD = crowd(120, 5)
HELD = {one.id: one.meant.score for one in CROWD}
AT = datetime(2026, 11, 22, 9, tzinfo=UTC)
Phones = dict[str, list[Message]]


def message(author: str, text: str) -> Message:
    return Message(f"m{next(_NUMBERS)}", author, AT, (Span("text", text),))


_NUMBERS = count()


def conversation(customer: Customer) -> list[Message]:
    """What a customer's phone shows where everything went well."""
    if not customer.meant.reached:
        return []
    shown = [message("bot", "How likely are you to recommend Acme?")]
    for number, step in enumerate(customer.steps):
        shown.append(message(customer.address, step.text))
        if step.answered:
            shown.append(message("bot", f"Thanks {number}: your {customer.meant.score} has been noted."))
    return shown


def alert(customer: Customer) -> Message:
    return message("bot", "\n".join(alert_lines(customer)))


def good_phones() -> Phones:
    phones = {customer.phone: conversation(customer) for customer in CROWD}
    for manager in MANAGERS:
        about = [one for one in CROWD if one.meant.alerts and one.alerted == manager]
        phones[manager.phone] = [alert(one) for one in about]
    return phones


def good_chat(**changed: int) -> Chat:
    plan = f"Plan for demo\nIn the audience: {len(CROWD)}\nWill be asked: {len(CROWD)}"
    return Chat(plan, "\n".join(report_lines({**figures(CROWD), **changed})))


def judged(phones: Phones, **changed: object) -> Verdict:
    return judge(CROWD, phones, {**figures(CROWD), **changed}, good_chat(), {}, HELD)


def a_customer(*conditions: Callable[[Customer], object]) -> Customer:
    return next(one for one in CROWD if all(condition(one) for condition in conditions))


def unhappy(one: Customer) -> bool:
    return one.meant.alerts and one.meant.score is not None and one.meant.score <= 6


def test_a_world_in_which_all_went_well() -> None:
    verdict = judged(good_phones())
    assert verdict.disagreements == []
    assert verdict.agreed
    assert verdict.compared > 500


def test_nothing_compared_is_no_agreement() -> None:
    assert not Verdict().agreed


@pytest.mark.parametrize("name", sorted(figures(CROWD)))
def test_a_wrong_figure(name: str) -> None:
    wrong = judged(good_phones(), **{name: -1000})
    assert [one.about for one in wrong.disagreements] == [f"report: {name}"]


def test_a_report_in_the_chat_that_says_something_else() -> None:
    meant = figures(CROWD)
    chat = good_chat(promoters=meant["promoters"] + 1)
    verdict = judge(CROWD, good_phones(), meant, chat, {}, HELD)
    assert [one.about for one in verdict.disagreements] == ["report in the admin's chat"]


def test_a_plan_of_another_size() -> None:
    chat = Chat("Plan for demo\nIn the audience: 119\nWill be asked: 119", good_chat().report)
    verdict = judge(CROWD, good_phones(), figures(CROWD), chat, {}, HELD)
    assert [one.meant for one in verdict.disagreements] == ["In the audience: 120", "Will be asked: 120"]


def test_a_customer_who_could_not_act() -> None:
    stuck = {CROWD[0].id: "waited in vain"}
    verdict = judge(CROWD, good_phones(), figures(CROWD), good_chat(), stuck, HELD)
    assert [one.shown for one in verdict.disagreements] == ["waited in vain"]


def doubled(phones: Phones) -> None:
    phone = phones[a_customer(lambda one: one.hears == 3).phone]
    phone.append(message("bot", phone[-1].text))


def lost(phones: Phones) -> None:
    phones[a_customer(lambda one: one.hears == 3).phone].pop()


def written_to_after_stop(phones: Phones) -> None:
    left = a_customer(lambda one: one.meant.left and one.hears == len(one.steps) + 1)
    phones[left.phone].append(message("bot", "How likely are you to recommend Acme?"))


def thanked_for_another_score(phones: Phones) -> None:
    phone = phones[a_customer(lambda one: one.kind == "number and reason" and one.meant.score == 8).phone]
    phone[-1] = message("bot", "Thank you, your 9 has been passed on.")


def no_alert(phones: Phones) -> None:
    phones[a_customer(unhappy).alerted.phone].pop(0)


def alert_twice(phones: Phones) -> None:
    one = a_customer(unhappy)
    phones[one.alerted.phone].append(alert(one))


def alert_at_another_manager(phones: Phones) -> None:
    one = a_customer(unhappy)
    here, there = phones[one.alerted.phone], next(m for m in MANAGERS if m != one.alerted)
    found = next(shown for shown in here if shown.text.startswith((f"{one.name} ", f"{one.name}:")))
    here.remove(found)
    phones[there.phone].append(found)


def alert_about_somebody_content(phones: Phones) -> None:
    one = a_customer(lambda one: one.kind == "number and reason" and not one.meant.alerts)
    phones[one.alerted.phone].append(alert(one))


def _changed(phones: Phones, one: Customer, change: Callable[[Message], Message]) -> None:
    shown = phones[one.alerted.phone]
    for index, found in enumerate(shown):
        if found.text.startswith((f"{one.name} ", f"{one.name}:")):
            shown[index] = change(found)


def _without(text: str) -> Callable[[Message], Message]:
    return lambda found: replace(found, rich=(Span("text", found.text.replace(text, "")),))


def alert_without_the_reason(phones: Phones) -> None:
    one = a_customer(unhappy, lambda one: one.meant.reason)
    _changed(phones, one, _without(one.meant.reason[-1]))


def alert_that_does_not_show_the_correction(phones: Phones) -> None:
    one = a_customer(lambda one: one.meant.first is not None and (one.meant.score or 0) >= 7)
    _changed(phones, one, _without("Corrected: no longer a detractor"))


def alert_that_waits_for_a_reason_for_ever(phones: Phones) -> None:
    one = a_customer(unhappy, lambda one: not (one.meant.reason or one.meant.sent or one.meant.left))
    _changed(phones, one, _without("Gave no reason: call"))


def words_that_ping_a_channel(phones: Phones) -> None:
    _changed(phones, a_customer(unhappy), lambda found: replace(found, pings=("<!channel>",)))


@pytest.mark.parametrize(
    "spoil",
    [
        doubled,
        lost,
        written_to_after_stop,
        thanked_for_another_score,
        no_alert,
        alert_twice,
        alert_at_another_manager,
        alert_about_somebody_content,
        alert_without_the_reason,
        alert_that_does_not_show_the_correction,
        alert_that_waits_for_a_reason_for_ever,
        words_that_ping_a_channel,
    ],
    ids=lambda spoil: spoil.__name__.replace("_", " "),
)
def test_a_world_in_which_something_went_wrong(spoil: Callable[[Phones], None]) -> None:
    phones = good_phones()
    spoil(phones)
    assert judged(phones).disagreements
