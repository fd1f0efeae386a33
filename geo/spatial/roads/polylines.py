"""Encoded polylines (Google's algorithm), as engines of roads write the shape of a way."""


def decode(text: str, decimals: int) -> tuple[tuple[float, float], ...]:
    """Return (longitude, latitude) in degrees. Raises: ValueError for a text that breaks off."""
    scale = 10**decimals
    numbers = _numbers(text)
    if len(numbers) % 2:
        raise ValueError("a polyline breaks off")
    points: list[tuple[float, float]] = []
    lat = lon = 0
    for at in range(0, len(numbers), 2):
        lat, lon = lat + numbers[at], lon + numbers[at + 1]
        points.append((lon / scale, lat / scale))
    return tuple(points)


def _numbers(text: str) -> list[int]:
    found: list[int] = []
    value = shift = 0
    for character in text:
        part = ord(character) - 63
        value |= (part & 0x1F) << shift
        shift += 5
        if part < 0x20:
            found.append(~(value >> 1) if value & 1 else value >> 1)
            value = shift = 0
    if shift:
        raise ValueError("a polyline breaks off")
    return found
