"""Opens the window, or runs a command when one is given."""

from __future__ import annotations

import sys


def main() -> int:
    """The exit status of the window or the command."""
    if len(sys.argv) > 1 and sys.argv[1] != "--workspace" and not sys.argv[1].endswith(".vdpkg"):
        from vetdesk.ui.cli import main as command

        return command()
    from vetdesk.ui.app import main as window

    return window(sys.argv)


if __name__ == "__main__":
    sys.exit(main())
