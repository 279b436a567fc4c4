#!/bin/sh
# `blocks_validate` of slack-sdk sends the blocks in the body with the client for threads, and in the query string with
# the asyncio one, where every proxy and access log keeps them.
#
# Version: slack-sdk 3.47.0 with aiohttp 3.14.5, Python 3.11.
# Right: in the body from both. Seen: in the URL from the asyncio client, words and all.
# npsbot proves its blocks by its own stand-in, and asks Slack nothing of the kind.
#
# Output: threads: words in the URL 0, in the body 1
#         asyncio: words in the URL 1, in the body 0
# Exit code: 0 while it is so, 1 when the URL holds no words.
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

from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.client import WebClient

seen = {}


class Slack(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        seen[self.path.split("/")[1]] = ("courier" in self.path, "courier" in body)
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(b'{"ok": true}')

    do_GET = do_POST

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Slack)
Thread(target=server.serve_forever, daemon=True).start()
url = f"http://127.0.0.1:{server.server_address[1]}"
blocks = [{"type": "section", "text": {"type": "plain_text", "text": "The courier was late"}}]
WebClient("xoxb-1", base_url=f"{url}/threads/").blocks_validate(blocks=blocks)
asyncio.run(AsyncWebClient("xoxb-1", base_url=f"{url}/asyncio/").blocks_validate(blocks=blocks))
for client, (in_url, in_body) in seen.items():
    print(f"{client}: words in the URL {in_url:d}, in the body {in_body:d}")
sys.exit(not seen["asyncio"][0])
PY
env -u HTTPS_PROXY -u HTTP_PROXY -u http_proxy -u https_proxy "$folder/venv/bin/python" "$folder/look.py"
