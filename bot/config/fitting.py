"""Whether what the settings say in one place fits what they say in another; a sentence for each thing that does not."""

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from typing import Final

from bot.config.sections.campaign import SPANS, Campaign, Survey
from bot.config.value_types import near, place_address
from bot.dialogue.kinds import SCALES
from bot.dialogue.wording import WordsError
from bot.words import customer_words
from channels.base import Address

_HOW_TO_NAME: Final = "add it there, or give an address such as slack:C0123ABCD"


def campaign_problems(
    campaigns: Mapping[str, Campaign], surveys: Mapping[str, Survey], on: Collection[str]
) -> list[str]:
    """What is wrong with campaigns beside each other, the surveys there are, and the channels that are `on`."""
    problems = []
    spelled: dict[str, str] = {}
    for name, campaign in campaigns.items():
        key = f"campaigns.{name}"
        twin = spelled.setdefault(name.casefold(), name)
        if twin != name:
            problems.append(
                f"{key} differs from campaigns.{twin} in capitals only; commands could not tell them apart"
            )
        if campaign.survey not in surveys:
            hint = near(campaign.survey, surveys) or f"expected one of {', '.join(surveys)}"
            problems.append(f"{key}.survey names {campaign.survey!r}, which is not in surveys; {hint}")
        if campaign.reminder is not None and campaign.reminder >= campaign.window:
            problems.append(
                f"{key}.reminder is {campaign.reminder} days, when {key}.window of {campaign.window} is over; "
                "give fewer days, or a longer window"
            )
        problems.extend(_canary_problems(key, campaign))
        if campaign.fallback and len(campaign.channels) == 1:
            problems.append(
                f"{key}.fallback has no next channel to go to, since {key}.channels is {campaign.channels[0]} alone; "
                "add one there, or take fallback out"
            )
        problems.extend(
            f"{key}.channels names {channel}, which is off; fill in channels.{channel}, or take it out here"
            for channel in campaign.channels
            if channel not in on
        )
        survey = surveys.get(campaign.survey)
        if campaign.margin is not None and survey is not None and survey.kind != "nps":
            problems.append(
                f"{key}.margin is in points of an NPS, and {campaign.survey} is a {survey.kind} survey; "
                "give sample, a number of people, instead"
            )
        if campaign.target is not None and survey is not None:
            low, high = SPANS[survey.kind]
            if not low <= campaign.target <= high:
                problems.append(
                    f"{key}.target is {campaign.target:g}, and scores of {survey.kind} are from {low} to {high}"
                )
    return problems


def _canary_problems(key: str, campaign: Campaign) -> list[str]:
    if campaign.canary is None:
        return []
    if campaign.canary.wait >= timedelta(days=campaign.window):
        return [
            f"{key}.canary.wait is no shorter than {key}.window of {campaign.window} days; "
            "the first answers come within hours, so give fewer"
        ]
    for other, given in (("spread", campaign.spread), ("on", campaign.on)):
        if given is not None:
            return [
                f"{key}.canary asks a share before the others, and with {key}.{other} nobody is asked all at once; "
                "take one of them out"
            ]
    return []


def survey_problems(surveys: Mapping[str, Survey], campaigns: Mapping[str, Campaign]) -> list[str]:
    """What is wrong with surveys beside their scales, and with their words beside what campaigns fill in."""
    problems = []
    for name, survey in surveys.items():
        scale = SCALES[survey.kind]
        if survey.alert_at is not None and not scale.accepts(survey.alert_at):
            problems.append(
                f"surveys.{name}.alert_at is {survey.alert_at}, which is not on the scale of {survey.kind}; "
                f"expected a whole number from {scale.minimum} to {scale.maximum}"
            )
        for language, texts in survey.words.items():
            try:
                customer_words(language, survey.kind).with_texts(
                    f"surveys.{name}.words.{language}", texts, _filled_by_events(campaigns, name)
                )
            except WordsError as error:
                problems.extend(str(error).splitlines())
    return problems


def _filled_by_events(campaigns: Mapping[str, Campaign], survey: str) -> frozenset[str]:
    """The placeholders that events fill in the question of a survey: those of every campaign that asks it."""
    each = [one.on.fills if one.on else frozenset() for one in campaigns.values() if one.survey == survey]
    return frozenset.intersection(*each) if each else frozenset()


def fallback_problems(
    fallback: str | None, account_managers: Mapping[str, Address], *, needed: bool
) -> list[str]:
    """What is wrong with who is alerted where an account has no manager."""
    if fallback is None:
        if needed:
            return [
                "fallback_manager is missing, which campaigns need; give a name from account_managers, "
                "or an address such as slack:C0123ABCD"
            ]
        return []
    return _named_problems(account_managers, "fallback_manager", fallback)


def escalation_problems(named: Sequence[str], account_managers: Mapping[str, Address]) -> list[str]:
    """What is wrong with who is next where nobody has a case in time."""
    problems = [
        one for name in named for one in _named_problems(account_managers, "follow_up.escalation", name)
    ]
    twice = sorted({name for name in named if named.count(name) > 1})
    return problems + [f"follow_up.escalation names {name!r} twice; keep one" for name in twice]


def _named_problems(account_managers: Mapping[str, Address], key: str, name: str) -> list[str]:
    """What is wrong with a key that names an account manager or an address."""
    if name in account_managers:
        return []
    try:
        place_address(name)
    except ValueError as error:
        hint = near(name, account_managers)
        return [
            f"{key} names {name!r}, which is not in account_managers; {hint or _HOW_TO_NAME}"
            if hint or ":" not in name
            else f"{key}: {error}"
        ]
    return []
