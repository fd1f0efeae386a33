"""The settings of the service, with the addresses of ``benchmark.urls``."""

from ocopmap.settings import *  # noqa: F403  # everything but the addresses is as it is served

ROOT_URLCONF = "benchmark.urls"
