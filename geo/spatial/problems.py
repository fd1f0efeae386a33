"""What can be wrong with a request, and the one table from these errors to HTTP status codes (RFC 9457)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


class Problem(Exception):
    """A request that can't be answered as asked. ``message`` is for people, in the language of the request."""

    code = "problem"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message

    def members(self) -> dict[str, Any]:
        """Extra members of the problem document."""
        return {}

    def headers(self) -> dict[str, str]:
        """Headers that an answer with this problem needs."""
        return {}


class InvalidParameter(Problem):
    """A parameter or field has an unusable value; ``candidates`` name what might have been meant."""

    code = "invalid-parameter"

    def __init__(self, name: str, message: str, candidates: Sequence[dict[str, Any]] = ()) -> None:
        super().__init__(message)
        self.name = name
        self.candidates = list(candidates)

    def members(self) -> dict[str, Any]:
        """Name the parameter and what might have been meant."""
        found: dict[str, Any] = {"parameter": self.name}
        if self.candidates:
            found["candidates"] = self.candidates
        return found


class NotFound(Problem):
    """There is nothing at this address."""

    code = "not-found"


class NotAcceptable(Problem):
    """None of the formats asked for is offered."""

    code = "not-acceptable"


class Forbidden(Problem):
    """The user may not do this, or not here."""

    code = "forbidden"


class Conflict(Problem):
    """The record was changed by someone else in the meantime."""

    code = "conflict"


class Unauthorized(Problem):
    """Nobody said who asks, or what they said proves nothing."""

    code = "unauthorized"

    def headers(self) -> dict[str, str]:
        """Say how one proves oneself (RFC 6750)."""
        return {"WWW-Authenticate": 'Bearer realm="ocopmap"'}


class PreconditionFailed(Conflict):
    """The record is no longer the one that was seen."""

    code = "precondition-failed"


class PreconditionRequired(Problem):
    """Nobody said which state of the record was seen."""

    code = "precondition-required"


class TooManyRequests(Problem):
    """Asked too often: ``minutes`` until it is looked at again."""

    code = "too-many-requests"

    def __init__(self, message: str, minutes: int) -> None:
        super().__init__(message)
        self.minutes = minutes

    def headers(self) -> dict[str, str]:
        """Say how long to wait, in seconds."""
        return {"Retry-After": str(60 * self.minutes)}


class TooLarge(Problem):
    """More was sent than is ever needed."""

    code = "too-large"


class UnsupportedMediaType(Problem):
    """What was sent is in a format that isn't read here."""

    code = "unsupported-media-type"


class Unavailable(Problem):
    """A part the answer needs is not set up or does not answer."""

    code = "unavailable"


@dataclass(frozen=True)
class Row:
    """One row of the table: status and title (English, stable, as RFC 9457 wants)."""

    status: int
    title: str


TABLE: dict[type[Problem], Row] = {
    InvalidParameter: Row(400, "Invalid parameter"),
    Unauthorized: Row(401, "Unauthorized"),
    Forbidden: Row(403, "Forbidden"),
    NotFound: Row(404, "Not found"),
    NotAcceptable: Row(406, "Not acceptable"),
    Conflict: Row(409, "Conflict"),
    PreconditionFailed: Row(412, "Precondition failed"),
    TooLarge: Row(413, "Content too large"),
    UnsupportedMediaType: Row(415, "Unsupported media type"),
    PreconditionRequired: Row(428, "Precondition required"),
    TooManyRequests: Row(429, "Too many requests"),
    Unavailable: Row(503, "Unavailable"),
}


def document(problem: Problem) -> tuple[int, dict[str, Any]]:
    """Return the status and the ``application/problem+json`` members that describe ``problem``."""
    row = next((TABLE[kind] for kind in type(problem).__mro__ if kind in TABLE), Row(400, "Bad request"))
    return row.status, {
        "type": "about:blank",
        "title": row.title,
        "status": row.status,
        "code": problem.code,
        "detail": problem.message,
        **problem.members(),
    }
