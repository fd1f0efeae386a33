"""Entry point: ``python3 -m workshop serve|test|setup …``."""

import os
import sys

from workshop import checking, preparing, serving
from workshop.steps import Refusal, say

COMMANDS = {"serve": serving.main, "test": checking.main, "setup": preparing.main}


def main() -> int:
    """Run one command; turn what can be foreseen into one clear line and exit code 1."""
    os.environ.pop("PYTHONPATH", None)  # ours alone: the programs we start must not see these modules
    command, arguments = sys.argv[1], sys.argv[2:]
    try:
        return COMMANDS[command](arguments)
    except Refusal as refusal:
        say(str(refusal))
        return 1
    except KeyboardInterrupt:
        return 130
    except OSError as error:
        say(f"{error.strerror}: {error.filename}" if error.filename else str(error))
        return 1


sys.exit(main())
