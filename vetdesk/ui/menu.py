"""The menu: what can be done from every page, with the keys for it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenuBar

from vetdesk.models.records.words import _


class Menu(QObject):
    """The actions; the window connects them."""

    def __init__(self, bar: QMenuBar) -> None:
        super().__init__(bar)
        self.open_action = self._action(_("打开文件…"), QKeySequence.StandardKey.Open)
        self.folder_action = self._action(_("打开数据文件夹…"))
        self.backup_action = self._action(_("备份…"))
        self.start_action = self._action(_("回到开始页"))
        self.quit_action = self._action(_("退出"), QKeySequence.StandardKey.Quit)
        self.undo_action = self._action(_("撤销"), QKeySequence.StandardKey.Undo)
        self.redo_action = self._action(_("重做"), QKeySequence.StandardKey.Redo)
        self.light_action = self._action(_("浅色"))
        self.dark_action = self._action(_("深色"))
        self.chinese_action = self._action("中文")
        self.english_action = self._action("English")
        file_menu, edit_menu, view_menu = bar.addMenu(_("文件")), bar.addMenu(_("编辑")), bar.addMenu(_("视图"))
        file_menu.addActions(
            [self.open_action, self.folder_action, self.backup_action, self.start_action, self.quit_action]
        )
        self.tools = bar.addMenu(_("工具"))
        self.show_tools([])
        edit_menu.addActions([self.undo_action, self.redo_action])
        view_menu.addActions([self.light_action, self.dark_action])
        view_menu.addSeparator()
        view_menu.addActions([self.chinese_action, self.english_action])

    def show_tools(self, tools: list[tuple[str, Callable[[], object]]]) -> None:
        """What the desk that is open can do now and then; the menu hides where that is nothing."""
        self.tools.clear()
        for text, slot in tools:
            self.tools.addAction(text, slot)
        self.tools.menuAction().setVisible(bool(tools))

    def _action(self, text: str, key: QKeySequence.StandardKey | None = None) -> QAction:
        action = QAction(text, self)
        if key is not None:
            action.setShortcuts(QKeySequence.keyBindings(key))
        return action
