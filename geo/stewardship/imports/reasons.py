"""Why a file or a row can't be taken, and what should be known of one that can: codes → words in both languages."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _say
from django.utils.translation import gettext_lazy as _

from geo.places.checks import FLAWS

FILES: dict[str, Promise] = {
    "empty": _("The file is empty."),
    "too-big": _("The file is larger than %(megabytes)s MB. Split it, or remove pictures."),
    "macros": _("The file has macros. Save it as an Excel workbook without them (.xlsx)."),
    "wrong-ending": _("The name ends in “%(ending)s”, but the file is “%(really)s”. Save it again in the right form."),
    "web-page": _("This is a web page with the name of a table. Open it in Excel and save it as .xlsx."),
    "not-a-table": _("This is no table. Send .xlsx, .xls, .ods or .csv."),
    "encrypted": _("The file is protected by a password. Remove it and send the file again."),
    "external-links": _("The workbook takes values from other files. Copy the sheet and paste only the values."),
    "entities": _("The file holds definitions that don't belong into a table, and was not opened."),
    "bomb": _("The file would unpack to an unusual size, and was not opened."),
    "damaged": _("The file is damaged. Open it, save it again, and send it once more."),
    "encoding": _("The letters of this file can't be read. Save it as “CSV UTF-8” or as .xlsx."),
    "too-many-columns": _("The table has more than %(most)s columns. Remove the empty ones on the right."),
    "too-many-rows": _("The table has more than %(most)s rows. Split it."),
    "too-many-sheets": _("The workbook has more than %(most)s sheets."),
    "too-slow": _("Reading the file takes too long. Keep only the sheet with the table."),
    "too-much": _("Reading the file asks for too much memory. Keep only the sheet with the table."),
    "same-column": _("Columns %(first)s and %(second)s both say “%(title)s”. Keep one of them."),
    "no-header": _("No row with column titles was found, such as: %(examples)s. Use the template."),
}
"""Reasons that concern the whole file."""

ROWS: dict[str, Promise] = {
    "cell-error": _("The cell holds an error of the spreadsheet."),
    "cell-uncalculated": _("The cell holds a formula without a value. Open the file in Excel, save it, send it again."),
    "not-clearable": _("This can't be emptied."),
    "not-text": _("“%(said)s” is a date or a truth value here; format the column as text."),
    "too-long": _("The text has %(length)s characters, at most %(longest)s fit."),
    "code-is-number": _("“%(said)s” is a number with decimals, not a code; format the column as text."),
    "phone": _("“%(said)s” is no phone number."),
    "email": _("“%(said)s” is no e-mail address."),
    "url": _("“%(said)s” is no web address."),
    "date": _("“%(said)s” is no date. Write it like 12/05/2026."),
    "date-impossible": _("There is no day %(said)s. The day comes first, then the month."),
    "date-short-year": _("“%(said)s”: write the year with four digits."),
    "date-incomplete": _("“%(said)s”: write day, month and year."),
    "date-in-future": _("This day is still to come."),
    "number": _("“%(said)s” is no number."),
    "score": _("“%(said)s” is no score from 0 to 100 with at most two decimals."),
    "stars": _("“%(said)s” is no number of stars from 1 to 5."),
    "choice": _("“%(said)s” is not among: %(choices)s."),
    "coordinates": _("“%(said)s” can't be read as a position. Write it like 10.123456 and 106.123456."),
    "minutes": _("“%(said)s”: minutes and seconds go up to 59."),
    "map-link": _("“%(said)s” has no coordinates in it. Copy the two numbers from the map."),
    "same-axis": _("Both numbers are of the same direction."),
    "outside": _("The position %(lat)s, %(lon)s lies outside of 5–25° N, 100–120° E."),
    "lost-point": _("%(lat)s, %(lon)s: the decimal point is missing."),
    "half-position": _("Only one half of the position is given."),
    "positions-differ": _("The row has two positions that contradict each other."),
    "accuracy-alone": _("There is an accuracy, but no position."),
    "vn2000-number": _("“%(said)s” is no length in metres."),
    "vn2000-range": _("X %(x)s and Y %(y)s can't be VN-2000 coordinates in Viet Nam."),
    "meridian": _("“%(said)s” is no central meridian of a VN-2000 zone, such as 105°45'."),
    "meridian-missing": _("VN-2000 coordinates need a central meridian, or the province."),
    "meridian-ambiguous": _("By several meridians the point lies in this province: %(candidates)s. Say which one."),
    "zone-width": _("The zone is 3 or 6 degrees wide, not “%(said)s”."),
    "survey-elsewhere": _(
        "By the meridian %(tried)s the point lies in %(lies)s, not where the row says. It would fit by: %(fitting)s."
    ),
    "survey-nowhere": _("By the meridian %(tried)s the point lies in %(lies)s; no meridian fits what the row says."),
    "division-unknown": _("“%(said)s” is no division of today or of before July 2025."),
    "division-split": _("“%(said)s” was split. Say which one it is now: %(candidates)s."),
    "division-ambiguous": _("“%(said)s” can be: %(candidates)s. Add the district or the province."),
    "division-similar": _("“%(said)s” is not known. Perhaps: %(candidates)s."),
    "commune-missing": _("A district alone is not enough: say the commune."),
    "commune-is-larger": _("“%(said)s” is larger than a commune."),
    "commune-elsewhere": _("“%(said)s” is %(found)s, in another province."),
    "commune-code-unknown": _("No commune has the code %(said)s today."),
    "commune-code-differs": _("The code %(said)s is %(coded)s, but the row says %(named)s."),
    "producer-ambiguous": _("Several producers are called “%(said)s”: %(candidates)s. Write the record number."),
    "producer-unknown": _("No producer “%(said)s” is registered."),
    "product-ambiguous": _("Several products are called “%(said)s”: %(candidates)s. Write the record number."),
    "product-unknown": _("No product “%(said)s” of this producer is registered."),
    "place-ambiguous": _("Several places are called “%(said)s”: %(candidates)s. Write the record number."),
    "place-unknown": _("No place “%(said)s” is registered there."),
    "role-ambiguous": _("The place does several things with this product: say which one is meant."),
    "unit": _("“%(said)s” is no unit that is known here. Write kg, tonne, litre, bottle, or another one of the list."),
    "months": _("“%(said)s” are no months. Write them as text, like 3-6 or 3, 5, 9."),
    "days": _("“%(said)s” is no whole number of days from 0 to %(most)s."),
    "amount": _("%(said)s is not more than 0 and at most %(most)s."),
    "category-ambiguous": _("Several categories are called “%(said)s”: %(candidates)s. Write the code."),
    "category-unknown": _("“%(said)s” is not in the official catalogue."),
    "scheme-unknown": _("“%(said)s” is no certificate scheme that is known here."),
    "gtin": _("“%(said)s” is no GTIN: its length or its check digit is wrong."),
    "id-typo": _("“%(said)s” is no record number: a character is wrong or missing."),
    "id-unknown": _("There is no record with the number “%(said)s”."),
    "id-other-kind": _("“%(said)s” is the number of a record of another kind."),
    "row-twice": _("This is the same record as row %(first)s."),
    "missing": _("This is missing."),
    "missing-division": _("Say the province, or the commune, or a position."),
    "outlet-without-sale": _("Only a point of sale has a kind of outlet."),
    "opening-hours": _("“%(said)s” can't be read as opening hours. Write them like 07:00-18:00."),
    "span": _("It would end before it begins."),
    "stars-not-ocop": _("Only an OCOP certificate has stars."),
    "outside-area": _("This lies outside of your area."),
    "catalogue": _("%(message)s"),
    "doubtful": _("Perhaps the same as: %(candidates)s. Write its record number, or “MỚI” if it is another one."),
    "conflict": _("Somebody else has changed this record since the check. Check the file again."),
}
"""Reasons that concern one row."""

NOTES: dict[str, Promise] = {
    "swapped": _("Latitude and longitude were swapped, and have been put right."),
    "swapped-metres": _("X and Y were swapped, and have been put right."),
    "meridian-used": _("Transformed by the meridian %(meridian)s."),
    "division-became": _("%(former)s is %(now)s today."),
    "commune-by-position": _("The position lies in %(found)s."),
    "far-from-commune": _("The position is %(km)s km away from the middle of %(commune)s."),
    "producer-new": _("“%(said)s” will be registered as a new producer."),
    "producer-similar": _(
        "Much like “%(said)s” is: %(candidates)s. If it is that one, write its record number as the producer."
    ),
    "id-merged": _("%(said)s has been merged into %(now)s."),
}
"""What was understood in a way that should be known."""


def words(code: str, facts: Mapping[str, Any]) -> str:
    """Return the words of a reason or note in the active language."""
    said = {name: ", ".join(map(str, value)) if isinstance(value, list) else value for name, value in facts.items()}
    if code.startswith("flaw-"):
        return str(FLAWS[code.removeprefix("flaw-")])  # type: ignore[index]  # the codes are those of the rules
    known = FILES.get(code) or ROWS.get(code) or NOTES.get(code)
    return str(known) % said if known is not None else _say("This can't be used.")
