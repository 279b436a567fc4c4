# npsbot in a container, on SQLite at /data unless told otherwise: docs/operations.md, "In a container".
#
# A tag takes in the fixes of its Debian each time it is built. Who must build the same image twice gives a digest instead:
# docker build --build-arg BASE=python:3.11-slim-bookworm@sha256:…
ARG BASE=python:3.11-slim-bookworm

FROM ${BASE} AS build
WORKDIR /srv/npsbot
RUN python -m venv .venv
# Nothing is compiled, so that nothing comes in that the lock does not name.
COPY requirements.lock ./
RUN .venv/bin/python -m pip install --no-cache-dir --require-hashes --only-binary :all: -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY bot ./bot
COPY channels ./channels
COPY sandbox ./sandbox
COPY scoring ./scoring
RUN .venv/bin/python -m pip install --no-cache-dir --no-deps --no-build-isolation -e . \
    && .venv/bin/python -m compileall -q bot channels sandbox scoring

FROM ${BASE}
RUN useradd --system --uid 10001 --user-group --no-create-home --home-dir /data --shell /usr/sbin/nologin npsbot \
    && install --directory --owner npsbot --group npsbot --mode 0700 /data \
    && mkdir /etc/npsbot
COPY --from=build /srv/npsbot /srv/npsbot
# Nothing but /data and /tmp is written to. Slack's library wants a home for whatever user it runs as (`docker run --user`),
# and what is drawn wants a place for its fonts.
ENV PATH=/srv/npsbot/.venv/bin:/usr/local/bin:/usr/bin:/bin \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    HOME=/data \
    MPLCONFIGDIR=/tmp/matplotlib \
    NPSBOT_DATABASE_URL=sqlite+aiosqlite:////data/npsbot.db
# config.yaml is put here, and found by every command.
WORKDIR /etc/npsbot
USER 10001:10001
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
# The process lives; /readyz, which asks the database too, is for the balancer, since a restart mends no database.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import http.client as h; c = h.HTTPConnection('127.0.0.1', 8080, timeout=4); c.request('GET', '/healthz'); raise SystemExit(c.getresponse().status != 200)"]
ENTRYPOINT ["npsbot"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8080"]
