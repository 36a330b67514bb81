"""Cyclic garbage is collected on the window's thread only, and never while somebody waits for it.

Python collects wherever an allocation happens to trigger it, also in the store thread. A Qt object freed there takes
its timers and events with it on the wrong thread, and the program falls. So the automatic collection is off while a
window is open, and a timer of the window's thread does it instead. What a job made (a city's figures) mostly lives on,
and going through it takes long: it is set aside when the job ends, and looked at while nobody uses the window.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication

from vetdesk.ui.work import Work

PAUSE_MILLISECONDS = 2000
LONGEST_WITHOUT_FULL = 300
"""Turns of the timer after which everything is looked through, used or not: ten minutes."""


class Collector(QObject):
    """Collects now and then until it is stopped."""

    def __init__(self, parent: QObject, work: Work) -> None:
        super().__init__(parent)
        self._work = work
        self._turns = 0
        gc.disable()
        work.ended.connect(gc.freeze)
        self._timer = QTimer(self)
        self._timer.setInterval(PAUSE_MILLISECONDS)
        self._timer.timeout.connect(self._collect)
        self._timer.start()

    def stop(self) -> None:
        """Let Python collect by itself again; called when the store thread has ended."""
        self._timer.stop()
        gc.unfreeze()
        gc.collect()
        gc.enable()

    def _collect(self) -> None:
        """The young generations that have filled up; everything, while another program is used."""
        if self._work.busy:
            return
        self._turns += 1
        unused = QGuiApplication.applicationState() is not Qt.ApplicationState.ApplicationActive
        if gc.get_freeze_count() and (unused or self._turns > LONGEST_WITHOUT_FULL):
            self._turns = 0
            gc.unfreeze()
            gc.collect()
            return
        for generation in (1, 0):
            if gc.get_count()[generation] > gc.get_threshold()[generation]:
                gc.collect(generation)
                return
