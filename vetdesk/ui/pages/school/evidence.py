"""The evidence of a school, by indicator."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt, QTemporaryDir, Signal
from PySide6.QtGui import QGuiApplication, QImage, QKeySequence, QPixmap, QShortcut
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QWidget

from vetdesk.models.operations.views import SchoolView
from vetdesk.models.packs.trace import duties
from vetdesk.models.records.sizes import size_text
from vetdesk.models.records.words import _, pick
from vetdesk.models.store.evidence import STAMPED, Evidence
from vetdesk.ui.files import ask_open, ask_save, evidence_filter
from vetdesk.ui.pages.school.evidence_thumbnails import EvidenceThumbnails
from vetdesk.ui.widgets.drop_area import DropArea
from vetdesk.ui.widgets.page import Page
from vetdesk.ui.widgets.parts import button, card, column, label, row
from vetdesk.ui.widgets.table import Item, Table

PREVIEW = 240
"""Width of the picture of the chosen file, in points."""


class EvidencePage(Page):
    """Tells which files to attach to which indicator, which to open, which to take off."""

    attach_requested = Signal(list, str, bool)
    detach_requested = Signal(object)
    open_requested = Signal(object)
    preview_requested = Signal(str)
    details_requested = Signal(object)
    combine_requested = Signal(list, str)
    catalogue_requested = Signal(Path)
    pictures_requested = Signal(list, int)
    replace_requested = Signal(object, list, bool)

    def __init__(self) -> None:
        super().__init__(_("佐证材料"), scroll=False)
        self.put_button(button(_("导出目录…"), self._ask_catalogue))
        self.put_button(button(_("添加文件…"), self._choose, kind="primary"))
        self._indicator = QComboBox()
        self._indicator.setAccessibleName(_("证明哪项指标"))
        self._indicator.setMinimumWidth(260)
        drop = DropArea(_("把证件、照片、台账拖到这里（PDF、图片、Word、Excel）"))
        drop.files_dropped.connect(self.take_files)
        line = row(label(_("证明哪项指标："), wrap=False), self._indicator)
        line.addWidget(button(_("下一项没有材料的"), self._next_without, kind="link"))
        line.addWidget(button(_("多张照片合成一份…"), self._ask_pictures, kind="link"))
        line.addStretch(1)
        self.reduce = QCheckBox(_("照片缩小后再用（原件留在本机）"))
        self.reduce.setChecked(True)
        line.addWidget(self.reduce)
        self._indicator.currentIndexChanged.connect(self._show_duties)
        self.duties = label("", "muted")
        self.body.addWidget(card(column(line, self.duties, drop, spacing=8)))
        paste = QShortcut(QKeySequence.StandardKey.Paste, self)
        paste.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        paste.activated.connect(self.paste)
        self._pasted = QTemporaryDir()
        self.table = Table(_("佐证材料"))
        self.table.row_opened.connect(self._open)
        self.table.row_chosen.connect(self._ask_preview)
        self.thumbnails = EvidenceThumbnails()
        self.thumbnails.row_opened.connect(self._open)
        self.thumbnails.row_chosen.connect(self._ask_preview)
        self.thumbnails.pictures_wanted.connect(
            lambda wanted: self.pictures_requested.emit(wanted, self.thumbnails.side())
        )
        self.thumbnails.hide()
        self.preview = QLabel()
        self.preview.setFixedWidth(PREVIEW)
        self.preview.setWordWrap(True)
        self.preview.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignHCenter)
        self.preview.hide()
        line = row(self.table, self.thumbnails, self.preview, spacing=12)
        line.setStretch(0, 1)
        line.setStretch(1, 1)
        self.body.addLayout(line, 1)
        self._empty = label(_("还没有佐证材料。先选指标，再把文件拖进来。"), "muted")
        self.body.addWidget(self._empty, 1, Qt.AlignmentFlag.AlignTop)
        self._acts: tuple[QWidget, ...] = (
            button(_("打开"), self._open_chosen, kind="link"),
            button(_("打开原件"), self._open_original, kind="link"),
            button(_("材料信息…"), self._describe_chosen, kind="link"),
            button(_("换新版…"), self._ask_newer, kind="link"),
            button(_("移除"), self._detach_chosen, kind="link")
        )  # fmt: skip
        foot = row(*self._acts)
        foot.addStretch(1)
        self.as_pictures = button(_("缩略图"), self._switch, kind="choice")
        self.as_pictures.setCheckable(True)
        foot.addWidget(self.as_pictures)
        self.body.addLayout(foot)
        self._view: SchoolView | None = None

    def show_view(self, view: SchoolView) -> None:
        """Draw a snapshot."""
        self._view = view
        names = {name: pick(each.text) for pack in view.assessment.packs for name, each in pack.indicators.items()}
        if [self._indicator.itemData(at) for at in range(self._indicator.count())] != list(names):
            self._indicator.clear()
            for pack in view.assessment.packs:
                for name, each in pack.indicators.items():
                    self._indicator.addItem(f"{pick(each.text)}（{pick(pack.text)}）", name)
        self._show_duties()
        have = {each.indicator for each in view.evidence}
        keys = list(view.assessment.deciding.indicators)
        self.say_line(
            _("共 {count} 件；主标准的 {total} 项指标中 {done} 项已有材料").format(
                count=len(view.evidence), total=len(keys), done=sum(name in have for name in keys)
            )
        )
        self._empty.setVisible(not view.evidence)
        if not view.evidence:
            self.preview.hide()
        for widget in (*self._acts, self.as_pictures):
            widget.setVisible(bool(view.evidence))
        self._show_list()
        self.thumbnails.fill(view.evidence)
        self.table.fill(
            (_("名称"), _("证明的指标"), _("文件日期"), _("有效期至"), _("大小"), _("添加时间")),
            [
                (
                    Item(each.label, tip=_("；").join(each.about.lines())),
                    Item(_("盖章件") if each.indicator == STAMPED else names.get(each.indicator, each.indicator)),
                    Item(each.about.dated or "—"),
                    _until(each),
                    Item(size_text(each.size), number=True, key=each.size),
                    Item(each.added[:16].replace("T", " ")),
                )
                for each in view.evidence
            ],
            stretch=0,
        )

    def _switch(self) -> None:
        self._show_list()
        self.thumbnails.wake()

    def _show_list(self) -> None:
        """The list, or the pictures."""
        there = self._view is not None and bool(self._view.evidence)
        self.table.setVisible(there and not self.as_pictures.isChecked())
        self.thumbnails.setVisible(there and self.as_pictures.isChecked())

    def _chosen(self) -> list[int]:
        """The pieces that are selected, in the list or among the pictures."""
        return self.thumbnails.chosen() if self.as_pictures.isChecked() else self.table.chosen()

    def _show_duties(self, *_changed: object) -> None:
        """What proves the indicator chosen, and how much of it is here."""
        if self._view is None:
            return
        key = str(self._indicator.currentData())
        for pack in self._view.assessment.packs:
            if key in pack.indicators:
                wanted = [pick(each) for each in duties(pack, pack.indicators[key])]
                have = sum(each.indicator == key for each in self._view.evidence)
                said = _("要准备：{what}").format(what=_("；").join(wanted)) if wanted else _("标准没有写明要哪些材料")
                self.duties.setText(_("{said}　已有 {count} 件").format(said=said, count=have))
                return

    def _next_without(self) -> None:
        """Choose the next indicator of the deciding standard that nothing proves yet."""
        if self._view is None:
            return
        have = {each.indicator for each in self._view.evidence}
        keys = [str(self._indicator.itemData(at)) for at in range(self._indicator.count())]
        deciding = self._view.assessment.deciding.indicators
        start = self._indicator.currentIndex() + 1
        for at in (*range(start, len(keys)), *range(start)):
            if keys[at] in deciding and keys[at] not in have:
                self._indicator.setCurrentIndex(at)
                return

    def paste(self) -> None:
        """Attach what is on the clipboard: files, or a picture (a screenshot)."""
        content = QGuiApplication.clipboard().mimeData()
        files = [Path(each.toLocalFile()) for each in content.urls() if each.isLocalFile()]
        picture = QGuiApplication.clipboard().image()
        if not files and not picture.isNull():
            stamp = dt.datetime.now(dt.UTC).astimezone().strftime("%Y%m%d_%H%M%S")
            path = Path(self._pasted.path()) / _("截图_{stamp}.png").format(stamp=stamp)
            if picture.save(str(path)):
                files = [path]
        if files:
            self.take_files(files)

    def _choose(self) -> None:
        paths = ask_open(self, _("添加佐证材料"), evidence_filter())
        if paths:
            self.take_files(paths)

    def take_files(self, paths: list[Path]) -> None:
        """Attach files to the indicator chosen."""
        self.attach_requested.emit(paths, str(self._indicator.currentData()), not self.reduce.isChecked())

    def _ask_preview(self, at: int) -> None:
        if self._view is not None and at < len(self._view.evidence):
            self.preview_requested.emit(self._view.evidence[at].sha256)

    def show_preview(self, picture: QImage | None) -> None:
        """Show the picture of the chosen file, or that there is none."""
        if picture is None:
            self.preview.setPixmap(QPixmap())
            self.preview.setText(_("没有预览，双击打开"))
        else:
            found = QPixmap.fromImage(picture)
            found.setDevicePixelRatio(self.devicePixelRatioF())
            self.preview.setPixmap(found)
        self.preview.show()

    def preview_side(self) -> int:
        """Pixels of the screen that a preview takes."""
        return int(PREVIEW * self.devicePixelRatioF())

    def _open(self, at: int) -> None:
        if self._view is not None:
            self.open_requested.emit(self._view.evidence[at])

    def _open_chosen(self) -> None:
        for at in self._chosen()[:3]:
            self._open(at)

    def _open_original(self) -> None:
        """Open what a reduced photograph was made of; any other piece as it is."""
        for at in self._chosen()[:3]:
            if self._view is not None:
                each = self._view.evidence[at]
                self.open_requested.emit(replace(each, sha256=each.about.original or each.sha256))

    def _describe_chosen(self) -> None:
        if self._view is not None and (chosen := self._chosen()):
            self.details_requested.emit(self._view.evidence[chosen[0]])

    def _ask_newer(self) -> None:
        """Files in the place of the chosen piece."""
        if self._view is None or not (chosen := self._chosen()):
            return
        paths = ask_open(self, _("换成哪些文件"), evidence_filter())
        if paths:
            self.replace_requested.emit(self._view.evidence[chosen[0]], paths, not self.reduce.isChecked())

    def _ask_pictures(self) -> None:
        """Pictures that become the pages of one document, in the order they are put into."""
        from vetdesk.ui.pages.school.combine_dialog import CombineDialog

        paths = ask_open(self, _("选择照片"), _("照片 (*.jpg *.jpeg *.png *.bmp *.tif *.tiff *.heic *.heif)"))
        found = CombineDialog.ask(self, paths) if paths else None
        if found:
            self.combine_requested.emit(found[0], found[1])

    def chosen_indicator(self) -> str:
        """The indicator that new files prove."""
        return str(self._indicator.currentData())

    def _ask_catalogue(self) -> None:
        path = ask_save(self, _("导出目录"), _("佐证材料目录.xlsx"), _("Excel 工作簿 (*.xlsx)"))
        if path is not None:
            self.catalogue_requested.emit(path)

    def _detach_chosen(self) -> None:
        if self._view is not None:
            for each in [self._view.evidence[at] for at in self._chosen()]:
                self.detach_requested.emit(each)


def _until(each: Evidence) -> Item:
    """Until when it holds; red once that day is past."""
    late = each.about.expired(dt.datetime.now(dt.UTC).astimezone().date())
    said = _("✗ 已过期 {day}").format(day=each.about.expires) if late else each.about.expires or "—"
    return Item(said, role="unmet" if late else "")
