"""What the API says of demands, suppliers and plans: plain JSON values. Contacts of anybody are not among them."""

from fractions import Fraction
from typing import Any

from geo.catalog.models import MARKS
from geo.sourcing.demand import Demand, Month
from geo.sourcing.finding import Found
from geo.sourcing.planning import Plan, pickups
from geo.sourcing.relaxing import Relaxed
from geo.sourcing.rules import Assessed, Held, marks_over
from geo.spatial.folding import fold


def amount(value: Fraction) -> float:
    """Return an amount with at most three decimals."""
    return round(float(value), 3)


def month_name(month: Month) -> str:
    """Return a month as ``2027-03``."""
    return f"{month.year}-{month.month:02}"


def described_demand(demand: Demand) -> dict[str, Any]:
    """Return what was understood of the parameters."""
    told: dict[str, Any] = {
        "quantity": amount(demand.quantity),
        "unit": demand.unit.code,
        "base_unit": demand.unit.kind,
        "need_per_month": amount(demand.need),
        "months": [month_name(month) for month in demand.months],
        "stale_after_days": demand.stale_days,
        **demand.told,
    }
    if demand.depot is not None:
        told["depot"] = {"lon": demand.depot.lon, "lat": demand.depot.lat, "label": demand.depot.label}
    return told


def described(found: Found, limit: int) -> dict[str, Any]:
    """Return the answer to a demand with at most ``limit`` suppliers that count and as many that don't."""
    months = zip(found.demand.months, found.totals, found.gaps, strict=True)
    return {
        "demand": described_demand(found.demand),
        "months": [
            {"month": month_name(month), "total": amount(total), "gap": amount(gap)} for month, total, gap in months
        ],
        "gap": amount(found.gap),
        "complete": found.whole,
        "roads": None
        if found.roads is None
        else {"source": found.roads.source, "estimate": found.roads.estimate, "engine_down": found.roads.down},
        "suppliers_matched": len(found.suppliers),
        "suppliers": [supplier(one, found.demand) for one in found.suppliers[:limit]],
        "others_matched": len(found.others),
        "others": [supplier(one, found.demand) for one in found.others[:limit]],
        "would_help": [_relaxed(one) for one in found.closing],
    }


def supplier(one: Assessed, demand: Demand) -> dict[str, Any]:
    """Return one supplier: what it has, who said so and when, what of it counts in each month and what stands
    against it."""
    supply, counted = one.supply, one.counted()
    return {
        "id": supply.key,
        "place": {
            "id": supply.place,
            "name": supply.place_name,
            "kind": supply.place_kind,
            "province": supply.province,
            "commune": supply.commune or None,
            "lon": supply.lon,
            "lat": supply.lat,
            "location_accuracy": supply.accuracy,
        },
        "product": {"id": supply.product, "name": supply.product_name, "category": supply.category or None},
        "supplier": {"id": supply.supplier, "name": supply.supplier_name, "kind": supply.supplier_kind or None},
        "months": [
            {
                "month": month_name(month),
                "free": amount(free),
                "counted": amount(counts),
                "stars": stars,
                "against": sorted(against),
            }
            for month, free, counts, stars, against in zip(
                demand.months, one.free, counted, one.stars, one.against, strict=True
            )
        ],
        "stated": _stated(one, demand),
        "marks": [_mark(right) for right in marks(one, demand)],
        "doubts": sorted(one.doubts),
        "road": None
        if supply.seconds is None
        else {"seconds": supply.seconds, "metres": supply.metres, "ferries": list(supply.ferries)},
        "is_sample": supply.sample,
    }


def marks(one: Assessed, demand: Demand) -> tuple[Held, ...]:
    """Return the rights to geographical indications and marks that hold over some month of the demand, each once."""
    held = (
        right for month in demand.months for right in marks_over(one.supply.certificates, MARKS, *demand.span(month))
    )
    return tuple({(right.scheme, fold(right.name)): right for right in held}.values())


def _mark(right: Held) -> dict[str, Any]:
    until = right.dates.valid_until
    return {
        "kind": right.scheme,
        "name": right.name or None,
        "number": right.number or None,
        "holder": right.holder,
        "valid_until": until.isoformat() if until else None,
        "source": right.source,
    }


def _stated(one: Assessed, demand: Demand) -> dict[str, Any]:
    supply = one.supply
    figure = supply.figure
    return {
        "quantity": float(supply.quantity),
        "unit": supply.unit,
        "per": supply.period,
        "months": list(supply.months),
        "piece_kg": float(figure.piece_kg) if figure is not None and figure.piece_kg is not None else None,
        "minimum_order": None if supply.minimum is None else float(supply.minimum),
        "lead_days": supply.lead_days,
        "as_of": supply.as_of.isoformat(),
        "age_days": (demand.today - supply.as_of).days,
        "said_by": supply.said_by or None,
        "source": supply.source or None,
    }


def _relaxed(one: Relaxed) -> dict[str, Any]:
    told: dict[str, Any] = {"rule": one.rule, "meets": one.meets, "gap": amount(one.gap), "gained": amount(one.gained)}
    if one.rule == "months":
        return {"rule": "months", "months": [month_name(month) for month in one.months]}
    if one.value or one.rule == "stars":
        told["value"] = one.value
    return told


def described_plan(made: Plan) -> dict[str, Any]:
    """Return a plan: who delivers what in which month, why, what is missing, and what one rule less would save."""
    demand = made.found.demand
    return {
        "demand": described_demand(demand),
        "gap": amount(Fraction(made.choice.gap, made.parts)),
        "cost_km": round(made.choice.cost, 1),
        "proven": made.choice.proven,
        "months": [_month(made, number, month) for number, month in enumerate(demand.months)],
        "suppliers": [
            {
                **supplier(one, demand),
                "chosen": number in made.choice.chosen,
                "amounts": [amount(made.amount(number, month)) for month in range(len(demand.months))],
                "reason": _reason(made, number),
            }
            for number, one in enumerate(made.candidates)
        ],
        "alternatives": [
            {
                "without_rule": one.rule,
                "gap": amount(Fraction(one.choice.gap, made.parts)),
                "cost_km": round(one.choice.cost, 1),
                "stops": one.choice.stops,
            }
            for one in made.alternatives
        ],
    }


def _month(made: Plan, number: int, month: Month) -> dict[str, Any]:
    choice = made.choice.months[number]
    stops, unfit = pickups(made, number)
    return {
        "month": month_name(month),
        "gap": amount(Fraction(choice.gap, made.parts)),
        "stops": choice.stops,
        "cost_km": round(choice.cost, 1),
        "pickups": [
            {
                "place": stop.place,
                "name": stop.name,
                "lon": stop.lon,
                "lat": stop.lat,
                "load_kg": stop.load_kg,
                "service_s": stop.service_s,
            }
            for stop in stops
        ],
        "cannot_be_fetched": [one.supply.key for one in unfit],
    }


def _reason(made: Plan, number: int) -> dict[str, Any]:
    reason = made.reasons.get(number)
    if reason is None:
        return {"code": "no_road"}
    told: dict[str, Any] = {"code": reason.code}
    if reason.amount:
        told["amount"] = amount(Fraction(reason.amount, made.parts))
    if reason.km:
        told["km"] = round(reason.km, 1)
    return told
