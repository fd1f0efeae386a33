"""A process of its own for Valhalla: its half a gigabyte of libraries never enters a web process, nor do its crashes.

Run as a script with the path of a configuration. One line of JSON ``[action, body]`` comes in, one line goes out:
``{"answer": …}`` or ``{"refused": "…"}``. It ends with its input.
"""

import json
import sys

METHODS = {"sources_to_targets": "matrix", "route": "route", "locate": "locate", "isochrone": "isochrone"}


def main() -> None:
    """Answer until nobody asks any more."""
    from valhalla import Actor  # an optional extra

    actor = Actor(sys.argv[1])
    for line in sys.stdin:
        action, body = json.loads(line)
        try:
            answer = json.dumps({"answer": getattr(actor, METHODS[action])(body)})
        except RuntimeError as error:
            answer = json.dumps({"refused": str(error)})
        sys.stdout.write(answer + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
