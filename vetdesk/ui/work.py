"""The one door for work that touches a workspace: a thread that owns it, jobs in, results back on the window's thread.

A job is a function of the open workspace and a progress callback. Its result, or the error in plain words, comes
back by callback; the window never waits and never touches the database.
"""

from __future__ import annotations

import queue
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
Opening = Callable[[Progress], "Workspace"]


@dataclass(slots=True)
class _Task:
    run: Callable[[Progress], Any]
    done: Callable[[Any], None] | None
    failed: Callable[[Exception], None] | None
    label: str
    cancelled: bool = False


class Work(QObject):
    """The store thread. Signals are sent on the window's thread."""

    progressed = Signal(int, int, str)
    started = Signal(str)
    ended = Signal()
    error_met = Signal(object)
    _finished = Signal(object, object, object)

    def __init__(self) -> None:
        super().__init__()
        self._tasks: queue.SimpleQueue[_Task | None] = queue.SimpleQueue()
        self._workspace: Workspace | None = None
        self._current: _Task | None = None
        self._waiting = 0
        self._thread = threading.Thread(target=self._loop, name="store", daemon=True)
        self._finished.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._thread.start()

    @property
    def busy(self) -> bool:
        """Whether jobs are under way or waiting."""
        return self._waiting > 0

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

        self._put(_Task(inner, done, failed, label))

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

        self._put(_Task(inner, done, failed, label))

    def free(
        self,
        job: Callable[[Progress], Result],
        *,
        done: Callable[[Result], None] | None = None,
        failed: Callable[[Exception], None] | None = None,
        label: str = "",
    ) -> None:
        """Run a job that needs no workspace."""
        self._put(_Task(job, done, failed, label))

    def close_workspace(self, *, done: Callable[[None], None] | None = None) -> None:
        """Close the open workspace after the jobs before."""

        def inner(_progress: Progress) -> None:
            if self._workspace is not None:
                self._workspace.close()
                self._workspace = None

        self._put(_Task(inner, done, None, ""))

    def cancel(self) -> None:
        """Ask the job under way to stop; it then changes nothing."""
        if self._current is not None:
            self._current.cancelled = True

    def stop(self) -> None:
        """Finish the jobs that wait, close the workspace, end the thread."""
        self._tasks.put(None)
        self._thread.join(timeout=30)

    def _put(self, task: _Task) -> None:
        self._waiting += 1
        if task.label:
            self.started.emit(task.label)
        self._tasks.put(task)

    def _loop(self) -> None:
        while (task := self._tasks.get()) is not None:
            self._current = task
            try:
                result, error = task.run(self._progress_of(task)), None
            except Exception as trouble:  # noqa: BLE001 - delivered to the window, which decides by its kind
                result, error = None, trouble
            self._current = None
            self._finished.emit(task, result, error)
        if self._workspace is not None:
            self._workspace.close()
            self._workspace = None

    def _progress_of(self, task: _Task) -> Progress:
        def progress(done: int, total: int, text: str) -> None:
            if task.cancelled:
                raise Cancelled
            if task.label:
                self.progressed.emit(done, total, text)

        return progress

    def _deliver(self, task: _Task, result: object, error: Exception | None) -> None:
        self._waiting -= 1
        if task.label or not self._waiting:
            self.ended.emit()
        if error is None:
            if task.done is not None:
                task.done(result)
        elif task.failed is not None and isinstance(error, KnownError | Cancelled):
            task.failed(error)
        else:
            self.error_met.emit(error)
