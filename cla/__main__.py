"""``python -m cla COMMAND``: see ``python -m cla --help``."""

import sys

from cla.commands import main

if __name__ == "__main__":
    sys.exit(main())
