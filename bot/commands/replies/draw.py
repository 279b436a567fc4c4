"""What an admin reads in a plan of who is drawn, over which days, and what is to be expected of it."""

from collections.abc import Iterator

from bot.campaigns.planning import PlanSummary
from bot.commands.replies.figure import lasted
from bot.commands.replies.reply import Phrasing
from bot.reports.readable import LONGEST, readable


def draw_lines(p: Phrasing, plan: PlanSummary) -> Iterator[str]:
    """How many are drawn from how many, and how."""
    terms, how_many = plan.terms, plan.wanted
    if how_many.answers is not None and terms.margin is not None:
        yield p.text(
            "plan_margin",
            margin=p.decimal(terms.margin),
            answers=p.number(how_many.answers),
            people=p.number(how_many.people or 0),
            source=_source(p, plan),
        )
    if plan.drawn_from is not None and how_many.people is not None:
        whom = p.text("plan_could_be_asked" if terms.at_most_per_account is None else "plan_have_room")
        people = p.number(plan.drawn_from)
        if how_many.people >= plan.drawn_from:
            yield p.text("plan_everybody", wanted=p.number(how_many.people), people=people, whom=whom)
        else:
            key = "plan_drawn" if terms.within is None else "plan_drawn_within"
            within = p.attribute(readable(terms.within or "", LONGEST))
            yield p.text(key, people=people, whom=whom, within=within)
    if terms.at_most_per_account is not None:
        yield p.text("plan_per_account", most=p.number(terms.at_most_per_account))
    if terms.spread is not None:
        yield p.counted("plan_spread", terms.spread)
    if terms.halves:
        yield p.text("plan_halves", first=terms.halves[0], second=terms.halves[1])


def course_lines(p: Phrasing, plan: PlanSummary) -> Iterator[str]:
    """Who is asked before the others, and that who says nothing is asked once more."""
    if plan.canary is not None and plan.asked_first:
        yield p.text(
            "plan_canary",
            first=p.number(plan.asked_first),
            others=p.number(plan.asked_in_all - plan.asked_first),
            wait=lasted(p, plan.canary.wait),
        )
    if plan.asked and plan.reminder is not None:
        yield p.counted("plan_reminder", plan.reminder)


def expected_lines(p: Phrasing, plan: PlanSummary) -> Iterator[str]:
    """How many answers are to be expected, what they are worth, what they cost, and what runs beside it."""
    known = plan.wanted.known
    if plan.asked and (known.enough or plan.terms.samples):
        values = {"answers": p.number(plan.answers), "source": _source(p, plan)}
        if plan.kind == "nps" and plan.answers:
            yield p.text("plan_expected_margin", margin=p.decimal(known.margin(plan.answers)), **values)
        else:
            yield p.text("plan_expected", **values)
    if plan.cost is not None:
        price = p.words.forms.money(plan.cost.price, plan.cost.currency)
        yield p.text("plan_cost", segments=p.number(plan.cost.segments), price=price)
    if plan.beside:
        yield p.text("plan_beside", campaigns=p.names(plan.beside, most=5))


def _source(p: Phrasing, plan: PlanSummary) -> str:
    known, expected = plan.wanted.known, plan.terms.expected_response
    share = p.percent(100 * known.response(expected))
    return (
        p.counted("plan_as_before", known.waves, share=share)
        if known.enough
        else p.text("plan_as_expected", share=share)
    )
