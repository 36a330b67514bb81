"""The one door for work that touches a workspace: a thread that owns it, jobs in, results back on the window's thread.

A job is a function of the open workspace and a progress callback. Its result, or the error in plain words, comes
back by callback; the window never waits and never touches the database.
"""

from __future__ import annotations

import queue
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QObject, Qt, Signal

from vetdesk.models.records.changes import Cancelled, Progress
from vetdesk.models.records.errors import KnownError

if TYPE_CHECKING:
    from vetdesk.models.store.workspace import Workspace

Result = TypeVar("Result")
Job = Callable[["Workspace", Progress], Result]
SWITCH_SECONDS = 0.0005
Opening = Callable[[Progress], "Workspace"]


@dataclass(slots=True)
class _Task:
    """What is delivered when a job ends. It never leaves the window's thread: what it holds may be a widget."""

    done: Callable[[Any], None] | None
    failed: Callable[[Exception], None] | None
    label: str
    cancelled: bool = False


Run = Callable[[Progress], Any]


class Work(QObject):
    """The store thread. Signals are sent on the window's thread."""

    progressed = Signal(int, int, str)
    started = Signal(str)
    ended = Signal()
    error_met = Signal(object)
    _finished = Signal(int, object, object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._jobs: queue.SimpleQueue[tuple[int, Run] | None] = queue.SimpleQueue()
        self._tasks: dict[int, _Task] = {}
        self._number = 0
        self._workspace: Workspace | None = None
        self._thread = threading.Thread(target=self._loop, name="store", daemon=True)
        self._finished.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        # painting comes back into Python for every cell, and would wait each time until the other thread pauses
        sys.setswitchinterval(SWITCH_SECONDS)
        self._thread.start()

    @property
    def busy(self) -> bool:
        """Whether jobs are under way or waiting."""
        return bool(self._tasks)

    def run(
        self,
        job: Job[Result],
        *,
        done: Callable[[Result], None] | None = None,
        failed: Callable[[Exception], None] | None = None,
        label: str = "",
    ) -> None:
        """Run a job on the open workspace. With a `label` its progress is shown and it can be cancelled."""

        def inner(progress: Progress) -> Result:
            if self._workspace is None:
                raise KnownError("no workspace")
            return job(self._workspace, progress)

        self._put(inner, _Task(done, failed, label))

    def open(
        self,
        opening: Opening,
        *,
        done: Callable[[str], None] | None = None,
        failed: Callable[[Exception], None] | None = None,
        label: str = "",
    ) -> None:
        """Open (or make) a workspace in place of the one now open; that one stays open where this fails.

        `done` gets the role.
        """

        def inner(progress: Progress) -> str:
            opened = opening(progress)
            if self._workspace is not None:
                self._workspace.close()
            self._workspace = opened
            return opened.role

        self._put(inner, _Task(done, failed, label))

    def free(
        self,
        job: Callable[[Progress], Result],
        *,
        done: Callable[[Result], None] | None = None,
        failed: Callable[[Exception], None] | None = None,
        label: str = "",
    ) -> None:
        """Run a job that needs no workspace."""
        self._put(job, _Task(done, failed, label))

    def close_workspace(self, *, done: Callable[[None], None] | None = None) -> None:
        """Close the open workspace after the jobs before."""

        def inner(_progress: Progress) -> None:
            if self._workspace is not None:
                self._workspace.close()
                self._workspace = None

        self._put(inner, _Task(done, None, ""))

    def cancel(self) -> None:
        """Ask the jobs under way and waiting to stop; what is stopped changes nothing."""
        for task in self._tasks.values():
            task.cancelled = True

    def stop(self) -> None:
        """Finish the jobs that wait, close the workspace, end the thread."""
        self._jobs.put(None)
        self._thread.join(timeout=30)

    def _put(self, run: Run, task: _Task) -> None:
        self._number += 1
        self._tasks[self._number] = task
        if task.label:
            self.started.emit(task.label)
        self._jobs.put((self._number, run))

    def _loop(self) -> None:
        while (job := self._jobs.get()) is not None:
            number, run = job
            try:
                result, error = run(self._progress_of(number)), None
            except Exception as trouble:  # noqa: BLE001 - delivered to the window, which decides by its kind
                result, error = None, trouble
            self._finished.emit(number, result, error)
            del job, run, result, error
        if self._workspace is not None:
            self._workspace.close()
            self._workspace = None

    def _progress_of(self, number: int) -> Progress:
        def progress(done: int, total: int, text: str) -> None:
            task = self._tasks[number]
            if task.cancelled:
                raise Cancelled
            if task.label:
                self.progressed.emit(done, total, text)

        return progress

    def _deliver(self, number: int, result: object, error: Exception | None) -> None:
        task = self._tasks.pop(number)
        if task.label or not self._tasks:
            self.ended.emit()
        if error is None:
            if task.done is not None:
                task.done(result)
        elif task.failed is not None and isinstance(error, KnownError | Cancelled):
            task.failed(error)
        else:
            self.error_met.emit(error)
