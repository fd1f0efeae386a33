"""What was demanded, in the words of the page's language: so that a list, a choice or a print says what it answers."""

from django.utils.translation import gettext as _

from geo.catalog.models import MARKS, Product, ProductCategory
from geo.sourcing.demand import Demand, Doubt, Month
from geo.web import words
from geo.web.sourcing import phrases
from geo.web.sourcing.asked import Asked
from geo.web.sourcing.form import scheme_names


def in_words(asked: Demand) -> str:
    """Say a demand in one sentence: how much, and when."""
    return _("%(quantity)s a month, %(months)s") % {
        "quantity": phrases.amount(asked.need, asked.unit.kind),
        "months": _months(asked.months),
    }


def _months(months: tuple[Month, ...]) -> str:
    """Write months in a row as a span, others one by one."""
    if len(months) > 1 and months[-1] == months[0].plus(len(months) - 1):
        return f"{phrases.month(months[0])} – {phrases.month(months[-1])}"
    return ", ".join(phrases.month(one) for one in months)


def goods(asked: Asked, demand: Demand) -> str:
    """Say what is looked for: the words as the buyer typed them, categories and products by their names."""
    vietnamese = words.is_vietnamese()
    categories = ProductCategory.objects.filter(code__in=demand.categories).order_by("code", "-pk")
    named = {one.code: one.name_vi if vietnamese else one.name_en or one.name_vi for one in categories}
    products = Product.objects.filter(public_id__in=demand.products).order_by("name").values_list("name", flat=True)
    return words.join((asked.get("q"), *named.values(), *products))


def conditions(asked: Asked, demand: Demand) -> list[str]:
    """Say what else is demanded, one condition each."""
    names = scheme_names() if demand.schemes or demand.marks else {}
    marks = (
        _("any geographical indication or mark")
        if demand.marks == MARKS
        else words.join(names.get(code, code) for code in demand.marks)
    )
    told = [
        _("OCOP, %(count)d stars or more, valid on the delivery date") % {"count": demand.min_stars}
        if demand.min_stars
        else "",
        *(_("%(scheme)s, valid on the delivery date") % {"scheme": names.get(code, code)} for code in demand.schemes),
        words.join((marks, asked.get("mark_name"))),
        _("from %(province)s") % {"province": demand.told["province"]} if demand.told.get("province") else "",
        _("at most %(road)s of road") % {"road": phrases.road(demand.max_seconds)} if demand.max_seconds else "",
        _("at most %(days)s of notice") % {"days": words.days(demand.max_lead_days)}
        if demand.max_lead_days is not None
        else "",
        _("figures that are old count too") if Doubt.STALE in demand.counted else "",
        _("figures for which nobody is named count too") if Doubt.UNSOURCED in demand.counted else "",
    ]  # fmt: skip
    return [one for one in told if one]
