#!/usr/bin/env python3
"""Run an administrative command of ocopmap."""

import os
import sys

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ocopmap.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
