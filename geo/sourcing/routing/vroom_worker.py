"""A process of its own for VROOM: it may be ended at any moment, and its seconds of computing hold up no web server.

Run as a script with the options of ``vroom``; the problem comes in as JSON, the solution goes out as JSON
(https://github.com/VROOM-Project/vroom/blob/master/docs/API.md). Only the compiled part of ``pyvroom`` is loaded: its
Python part wants a table library that nothing here needs.
"""

import sys
from importlib.machinery import PathFinder
from importlib.util import module_from_spec


def main() -> None:
    """Hand over to VROOM."""
    package = PathFinder.find_spec("vroom")
    places = package.submodule_search_locations if package else None
    compiled = PathFinder.find_spec("_vroom", places) if places else None
    if compiled is None or compiled.loader is None:
        sys.exit("pyvroom is not installed")
    module = module_from_spec(compiled)
    compiled.loader.exec_module(module)
    module._main(["vroom", *sys.argv[1:]])


if __name__ == "__main__":
    main()
