"""Opens the window, or runs a command when one is given."""

from __future__ import annotations

import os
import sys


def has_display() -> bool:
    """Whether a window can be opened here."""
    if not sys.platform.startswith("linux"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


def main() -> int:
    """The exit status of the window or the command."""
    if len(sys.argv) > 1 and sys.argv[1] != "--workspace" and not sys.argv[1].endswith(".vdpkg"):
        from vetdesk.ui.cli import main as command

        return command()
    if not has_display():
        from vetdesk.models.records.words import _

        print(_("这里没有显示器，打不开窗口。请在桌面环境里运行，或使用命令（加 --help 查看）。"), file=sys.stderr)
        return 1
    from vetdesk.ui.app import main as window

    return window(sys.argv)


if __name__ == "__main__":
    sys.exit(main())
