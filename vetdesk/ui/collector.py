"""Cyclic garbage is collected on the window's thread only.

Python collects wherever an allocation happens to trigger it, also in the store thread. A Qt object freed there takes
its timers and events with it on the wrong thread, and the program falls. So the automatic collection is off while a
window is open, and a timer of the window's thread does it instead.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

PAUSE_MILLISECONDS = 2000


class Collector(QObject):
    """Collects now and then until it is stopped."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self)
        self._timer.setInterval(PAUSE_MILLISECONDS)
        self._timer.timeout.connect(self._collect)
        self._timer.start()

    def stop(self) -> None:
        """Let Python collect by itself again; called when the store thread has ended."""
        self._timer.stop()
        gc.collect()
        gc.enable()

    def _collect(self) -> None:
        """The youngest generations that have filled up, as Python itself would choose."""
        for generation in (2, 1, 0):
            if gc.get_count()[generation] > gc.get_threshold()[generation]:
                gc.collect(generation)
                return
