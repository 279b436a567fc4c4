#!/bin/sh
# slack-sdk's webhook client takes retry handlers. The one that waits for a server's error tries again in the client
# for threads, and never in the asyncio one, which takes the same handler and says nothing.
#
# Version: slack-sdk 3.47.0 with aiohttp 3.14.5, Python 3.11.
# Right: three requests from both. Seen: three and one.
# npsbot gives no handler to either; its outbox tries again (bot/sending/fate.py).
#
# Output: threads: 3 requests, asyncio: 1
# Exit code: 0 while it is so, 1 when both try as often.
set -eu

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT INT TERM
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip --disable-pip-version-check --quiet install slack-sdk==3.47.0 aiohttp==3.14.5

cat > "$folder/look.py" <<'PY'
import asyncio
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from slack_sdk.http_retry.builtin_async_handlers import AsyncServerErrorRetryHandler
from slack_sdk.http_retry.builtin_handlers import ServerErrorRetryHandler
from slack_sdk.webhook import WebhookClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

asked = {"/threads": 0, "/asyncio": 0}


class Away(BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        asked[self.path] += 1
        self.send_response(503)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Away)
Thread(target=server.serve_forever, daemon=True).start()
url = f"http://127.0.0.1:{server.server_address[1]}"
WebhookClient(f"{url}/threads", retry_handlers=[ServerErrorRetryHandler(max_retry_count=2)]).send(text="hello")
handler = AsyncServerErrorRetryHandler(max_retry_count=2)
asyncio.run(AsyncWebhookClient(f"{url}/asyncio", retry_handlers=[handler]).send(text="hello"))
print(f"threads: {asked['/threads']} requests, asyncio: {asked['/asyncio']}")
sys.exit(asked["/threads"] == asked["/asyncio"])
PY
"$folder/venv/bin/python" "$folder/look.py"
