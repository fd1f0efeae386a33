"""The records somebody's desk shows: those covered by what they hold, perhaps narrowed to one province."""

from dataclasses import dataclass

from django.db.models import Q

from geo.access.rules import Grant


@dataclass(frozen=True, slots=True)
class Area:
    """What a desk shows: the records covered by these grants, narrowed to one province if ``province`` is given."""

    grants: tuple[Grant, ...]
    province: int | None = None

    @property
    def everywhere(self) -> bool:
        """Whether it is the whole country: then a province is chosen first."""
        return self.province is None and any(grant.everywhere for grant in self.grants)

    def places(self) -> Q:
        """The condition on places."""
        return self._condition("commune", "province", Q(producer__public_id__in=self._records))

    def producers(self) -> Q:
        """The condition on producers."""
        return self._condition("commune", "province", Q())

    def spots(self) -> Q:
        """The condition on what has a province and perhaps a commune, but no public record."""
        return self._condition("commune", "province", Q())

    @property
    def _records(self) -> list[str]:
        return [record for grant in self.grants for record in grant.records]

    def _condition(self, commune: str, province: str, owned: Q) -> Q:
        inside = Q() if self.province is None else Q(**{province: self.province})
        if any(grant.everywhere for grant in self.grants):
            return inside
        communes = [pk for grant in self.grants for pk in grant.communes]
        provinces = [pk for grant in self.grants for pk in grant.provinces]
        covered = Q(**{f"{commune}__in": communes}) | Q(**{f"{commune}__isnull": True, f"{province}__in": provinces})
        return (covered | Q(public_id__in=self._records) | owned) & inside
