"""Slack's upload of a file in three steps [docs.slack.dev/reference/methods/files.getUploadURLExternal,
files.completeUploadExternal].
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any

from sandbox.phones import Message
from sandbox.slack.messages import check_blocks
from sandbox.slack.methods import Arguments, SlackError, invalid_arguments
from sandbox.slack.text import message_pings, message_spans
from sandbox.slack.workspace import Workspace

LONGEST_ALT = 1000
"""alt_txt_too_large [docs.slack.dev/reference/methods/files.getUploadURLExternal]."""
PICTURES = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "svg": "image/svg+xml",
}


@dataclass(frozen=True)
class Pending:
    """An upload between its first and its last step."""

    name: str
    length: int
    alt: str = ""
    content: bytes | None = None


class FileMethods:
    """files.getUploadURLExternal and files.completeUploadExternal; `keep(name, type, content)` gives a path
    to the picture.
    """

    def __init__(self, workspace: Workspace, url: str, keep: Callable[[str, str, bytes], str]) -> None:
        self._workspace, self._url, self._keep = workspace, url, keep
        self._pending: dict[str, Pending] = {}

    def methods(self) -> dict[str, Callable[[Arguments], Awaitable[dict[str, Any]]]]:
        return {"files.getUploadURLExternal": self.begin, "files.completeUploadExternal": self.complete}

    async def begin(self, arguments: Arguments) -> dict[str, Any]:
        name, length = arguments.required("filename"), arguments.required("length")
        if not length.isdigit() or int(length) == 0:
            raise invalid_arguments("must be a positive integer: length")
        alt = arguments.text("alt_txt")
        if len(alt) > LONGEST_ALT:
            raise SlackError("alt_txt_too_large")
        file_id = self._workspace.ids.code("F")
        self._pending[file_id] = Pending(name, int(length), alt)
        return {"upload_url": f"{self._url}/slack/upload/{file_id}", "file_id": file_id}

    def receive(self, file_id: str, content: bytes) -> bool:
        """Takes the bytes of an upload that was begun with this length."""
        begun = self._pending.get(file_id)
        if begun is None or len(content) != begun.length:
            return False
        self._pending[file_id] = replace(begun, content=content)
        return True

    async def complete(self, arguments: Arguments) -> dict[str, Any]:
        files = arguments.structure("files", "invalid_arguments")
        if not isinstance(files, list) or not files:
            raise invalid_arguments("missing required field: files")
        channel = arguments.text("channel_id") or arguments.text("channels")
        channel = (
            self._workspace.direct_message(channel)
            if arguments.text("channels") in self._workspace.users
            else channel
        )
        if channel and channel not in self._workspace.channels:
            raise SlackError("channel_not_found")  # channel_id must be a conversation's id
        blocks = arguments.structure("blocks", "invalid_blocks_format")
        if blocks is not None:
            check_blocks(blocks)
        ready = []
        for file in files:
            pending = self._pending.get(file.get("id", "")) if isinstance(file, dict) else None
            if pending is None or pending.content is None:
                raise SlackError("file_not_found")
            ready.append((file["id"], file.get("title") or pending.name, pending))
        for file_id, title, pending in ready:
            if channel:
                self._share(channel, title, pending, arguments)
            del self._pending[file_id]
        return {
            "files": [
                {"id": file_id, "title": title, "name": pending.name} for file_id, title, pending in ready
            ]
        }

    def _share(self, channel: str, title: str, file: Pending, arguments: Arguments) -> None:
        kind = PICTURES.get(file.name.rpartition(".")[2].lower(), "application/octet-stream")
        path = self._keep(file.name, kind, file.content or b"")
        text = arguments.text("initial_comment")
        # "If the initial_comment field is provided, the blocks field is ignored" [its page].
        blocks = None if text else arguments.structure("blocks", "invalid_blocks_format")
        text = text or ("" if blocks else title)
        record = self._workspace.bot_message(
            channel, text, blocks, files=[{"title": title, "name": file.name, "mimetype": kind}]
        )
        self._workspace.phones.put(
            "slack",
            channel,
            Message(
                record["ts"],
                "bot",
                self._workspace.clock.now(),
                message_spans(text, blocks, self._workspace.name_of),
                image=path if kind.startswith("image/") else None,
                image_alt=file.alt,
                pings=message_pings(text, blocks),
                raw=record,
            ),
        )
