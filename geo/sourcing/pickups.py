"""What a lorry fetches: the one thing that choosing hands to routing. Plain values, no Django."""

from dataclasses import dataclass, field

DAY_S = 24 * 3600


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a load: ``supply`` is the id of the row of supply it comes from (0: none), ``kg`` its net weight."""

    supply: int
    product: str
    name: str
    kg: float


@dataclass(frozen=True, slots=True)
class Pickup:
    """A stop at which goods wait.

    ``place`` is the public id (empty when the stop isn't a place of the map); ``lon``, ``lat`` degrees of EPSG:4326;
    ``load_kg`` and ``volume_m3`` what is loaded; ``service_s`` the seconds that loading takes; ``opening`` the spans of
    that day in which somebody is there, in seconds after midnight of Viet Nam's time (empty: unknown, any time counts);
    ``shares`` what the load is made of.
    """

    place: str
    name: str
    lon: float
    lat: float
    load_kg: float
    volume_m3: float = 0.0
    service_s: int = 0
    opening: tuple[tuple[int, int], ...] = ()
    shares: tuple[Share, ...] = field(default=())

    def __post_init__(self) -> None:
        """Refuse what no lorry can fetch. Raises: ValueError."""
        if not (-180 <= self.lon <= 180 and -90 <= self.lat <= 90):
            raise ValueError("position out of range")
        if self.load_kg < 0 or self.volume_m3 < 0 or self.service_s < 0:
            raise ValueError("a load, volume or time is negative")
        if any(not 0 <= start < end <= DAY_S for start, end in self.opening):
            raise ValueError("an opening span is empty or outside the day")
