"""Tables of access: people, their roles and areas, how they and their programs come in, the history of records."""

from geo.access.models.history import RecordVersion
from geo.access.models.outgoing import OutgoingMail
from geo.access.models.people import User
from geo.access.models.roles import Assignment, Cover, Role
from geo.access.models.signing import Invitation, RecoveryCode, SignInAttempt
from geo.access.models.tokens import ApiToken

__all__ = [
    "ApiToken",
    "Assignment",
    "Cover",
    "Invitation",
    "OutgoingMail",
    "RecordVersion",
    "RecoveryCode",
    "Role",
    "SignInAttempt",
    "User",
]
