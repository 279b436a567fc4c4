#!/bin/sh
# For whole countries libphonenumber's table of time zones has one zone, and that of another country: of Morocco the
# Canary Islands, of Nicaragua Chicago. The clocks agree in winter, and differ for months: the table goes by old ones.
#
# Version: phonenumbers 9.0.43 with tzdata 2026.6, Python 3.11.
# Right: a zone of the number's own country, or none. Seen: a foreign one alone, whose clock differs in July.
# npsbot counts zones of the number's own country only, and asks at hours that fit in all of them: docs/field.md, P3.
#
# Output: +212650123456 MA: Atlantic/Canary, 08:00 instead of 09:00 … 5 of 5 abroad with another clock
#   (at the time of the release Morocco's own zone is at UTC; the hour depends on tzdata, the difference is what counts)
# Exit code: 0 while it is so, 1 when it names a zone of the country for one of them.
set -eu

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT INT TERM
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip --disable-pip-version-check --quiet install phonenumbers==9.0.43 tzdata==2026.6

cat > "$folder/look.py" <<'PY'
import sys
from datetime import datetime, timezone
from importlib.resources import files
from zoneinfo import ZoneInfo

import phonenumbers
from phonenumbers.timezone import time_zones_for_number

NUMBERS = {
    "+212650123456": "Africa/Casablanca",
    "+213551234567": "Africa/Algiers",
    "+218912345678": "Africa/Tripoli",
    "+50581234567": "America/Managua",
    "+211977123456": "Africa/Juba",
}
SUMMER = datetime(2027, 7, 1, 8, tzinfo=timezone.utc)


def clock(zone):
    with files("tzdata").joinpath("zoneinfo", *zone.split("/")).open("rb") as data:
        return SUMMER.astimezone(ZoneInfo.from_file(data)).strftime("%H:%M")


wrong = 0
for number, own in NUMBERS.items():
    parsed = phonenumbers.parse(number)
    (zone,) = time_zones_for_number(parsed)
    country = phonenumbers.region_code_for_number(parsed)
    print(f"{number} {country}: {zone}, {clock(zone)} where it is {clock(own)}")
    wrong += zone != own and clock(zone) != clock(own)
print(f"{wrong} of {len(NUMBERS)} abroad with another clock")
sys.exit(wrong < len(NUMBERS))
PY
"$folder/venv/bin/python" "$folder/look.py"
