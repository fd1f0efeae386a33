"""What all tests share: real PostGIS, plain static files, a calendar that can be set."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db.models.signals import post_migrate
from django.test.utils import override_settings

from geo.api.kept import answers
from geo.spatial.versions import memory

PLAIN_STATIC_FILES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}


@pytest.fixture(scope="session", autouse=True)
def _settings_of_tests() -> Iterator[None]:
    """Static files come from the sources; passwords are hashed cheaply; no day is rolled; nothing is kept or cached."""
    middleware = [name for name in settings.MIDDLEWARE if name != "geo.places.rollover.RolloverMiddleware"]
    with override_settings(
        CACHES={"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}},
        MIDDLEWARE=middleware,
        STORAGES=PLAIN_STATIC_FILES,
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
    ):
        # Tests write without committing: their versions come again with other data.
        answers.capacity = memory.capacity = 0
        yield


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """The test database doesn't wait for the disk at each commit."""
    options = settings.DATABASES["default"].setdefault("OPTIONS", {})
    options["options"] = f"{options.get('options', '')} -c synchronous_commit=off".strip()


def _roll_today(**_given: Any) -> None:
    """Note the rollover of today: its certificate states are those that marks show."""
    from geo.places.models import Rollover
    from geo.spatial import calendar

    Rollover.objects.update_or_create(day=calendar.today(), defaults={"done_at": calendar.now(), "holidays_version": 0})


@pytest.fixture(scope="session")
def django_db_setup(_day_rolled: None, django_db_setup: None) -> None:
    """The test database, with today rolled."""


@pytest.fixture(scope="session")
def _day_rolled() -> None:
    """Today is rolled when the test database is made, and again when a test has emptied it."""
    post_migrate.connect(_roll_today, sender=apps.get_app_config("places"), dispatch_uid="tests")


@pytest.fixture(autouse=True)
def _mail_goes_out_at_once(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests never commit: mail is sent as it is written, unless a test asks for the real ``outbox``."""
    from geo.access import outbox

    if "outbox_thread" not in request.fixturenames:
        monkeypatch.setattr(outbox, "schedule", outbox.deliver)


@pytest.fixture
def outbox_thread() -> None:
    """Mail waits for the commit, and goes out beside the request, as in a server."""


@pytest.fixture(autouse=True)
def _day_not_known() -> None:
    """No test trusts what another one saw of the rollover."""
    from geo.places import marks

    marks.forget()
