"""Web API methods on modals and the Home tab [docs.slack.dev/reference/methods]."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

from sandbox.slack.blocks import view_errors
from sandbox.slack.methods import Arguments, SlackError, invalid_arguments
from sandbox.slack.workspace import View, Workspace

LARGEST_VIEW = 250_000


class ViewMethods:
    """views.open, views.update and views.publish."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def methods(self) -> dict[str, Callable[[Arguments], Awaitable[dict[str, Any]]]]:
        return {"views.open": self.open, "views.update": self.update, "views.publish": self.publish}

    def _checked(self, arguments: Arguments, kind: str) -> dict[str, Any]:
        view = arguments.structure("view", "invalid_arguments")
        if view is None:
            raise invalid_arguments("missing required field: view")
        errors = view_errors(view)
        if not errors and view["type"] != kind:
            errors = [f"must be a {kind} view [json-pointer:/view/type]"]
        if errors:
            raise invalid_arguments(*errors)
        if len(json.dumps(view, ensure_ascii=False).encode()) > LARGEST_VIEW:
            raise SlackError("view_too_large")
        return dict(view)

    def _record(self, view: dict[str, Any], view_id: str) -> View:
        workspace = self._workspace
        made = f"{int(workspace.clock.now().timestamp())}.{workspace.ids.code('', 8)}"
        kept = {
            "id": view_id,
            "team_id": workspace.team_id,
            "app_id": workspace.app_id,
            "bot_id": workspace.bot_id,
            "hash": made,
            "private_metadata": "",
            "callback_id": "",
            "external_id": "",
            "state": {"values": {}},
            "root_view_id": view_id,
            "previous_view_id": None,
            "clear_on_close": False,
            "notify_on_close": False,
            "title": None,
            "submit": None,
            "close": None,
            **view,
            "blocks": workspace.with_block_ids(view["blocks"]),
        }
        return View(view_id, "", made, kept)

    async def open(self, arguments: Arguments) -> dict[str, Any]:
        trigger = arguments.text("trigger_id") or arguments.text("interactivity_pointer")
        if not trigger:
            raise invalid_arguments("missing required field: trigger_id")
        view = self._checked(arguments, "modal")
        user, error = self._workspace.use_trigger(trigger)
        if error:
            raise SlackError(error)
        record = self._record(view, self._workspace.ids.code("V"))
        self._workspace.views[record.id] = View(record.id, user, record.hash, record.body)
        return {"view": record.body}

    async def update(self, arguments: Arguments) -> dict[str, Any]:
        view_id, external_id = arguments.text("view_id"), arguments.text("external_id")
        if not view_id and not external_id:
            raise invalid_arguments("missing required field: view_id")
        found = self._workspace.views.get(view_id) or next(
            (
                each
                for each in self._workspace.views.values()
                if external_id and each.body["external_id"] == external_id
            ),
            None,
        )
        if found is None:
            raise SlackError("not_found")
        view = self._checked(arguments, "modal")
        if arguments.text("hash") and arguments.text("hash") != found.hash:
            raise SlackError("hash_conflict")
        record = self._record(view, found.id)
        self._workspace.views[found.id] = View(found.id, found.user, record.hash, record.body)
        return {"view": record.body}

    async def publish(self, arguments: Arguments) -> dict[str, Any]:
        user = arguments.required("user_id")
        if user not in self._workspace.users:
            raise SlackError("user_not_found")
        view = self._checked(arguments, "home")
        before = self._workspace.homes.get(user)
        if before is not None and arguments.text("hash") and arguments.text("hash") != before.hash:
            raise SlackError("hash_conflict")
        record = self._record(view, before.id if before else self._workspace.ids.code("V"))
        self._workspace.homes[user] = View(record.id, user, record.hash, record.body)
        return {"view": record.body}
