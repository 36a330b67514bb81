"""Sets up a bureau's workspace and its keys."""

from __future__ import annotations

from pathlib import Path

from vetdesk.models.records.districts import DISTRICTS, district_code
from vetdesk.models.records.errors import KnownError
from vetdesk.models.records.words import _
from vetdesk.models.store import journal
from vetdesk.models.store.workspace import Workspace, create
from vetdesk.models.sync.keys import keys_of


def set_up_bureau(folder: Path, *, name: str, district: str, officer: str = "", phone: str = "") -> Workspace:
    """Make a bureau's workspace and return it open.

    Raises KnownError for an unknown district, an empty name or a folder in use.
    """
    code = district_code(district) if district.strip() else None
    if code is None:
        raise KnownError(
            _("没有行政区划“{district}”，没有建立。可用的代码：{known}。").format(
                district=district, known=_("、").join(f"{k} {v}" for k, v in DISTRICTS.items())
            ),
            code="district",
        )
    if not name.strip():
        raise KnownError(_("请填写单位名称，没有建立。"), code="name")
    workspace = create(folder, role="bureau", owner=code, name=name.strip())
    keys_of(workspace.id, bureau=True)
    workspace.actor.name = officer
    with workspace.atomic():
        workspace.set_meta({"person": officer, "phone": phone})
        journal.write(workspace, [journal.Note("set_up", field="bureau", new=[name.strip(), code])])
    return workspace
