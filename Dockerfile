# All toolchains in one image: to repeat a run elsewhere, and as the image of `--sandbox docker`.
FROM python:3.13-slim-trixie AS wheel
WORKDIR /source
COPY . .
RUN pip install --no-cache-dir --constraint constraints.txt build && python -m build --wheel --outdir /wheel

FROM python:3.13-slim-trixie
# Debian drops old versions of its packages: a pinned one could not be installed a month later.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --no-install-recommends --yes bubblewrap chromium git nodejs npm procps \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home --uid 1000 bench
COPY constraints.txt /tmp/constraints.txt
COPY --from=wheel /wheel /tmp/wheel
RUN pip install --no-cache-dir --constraint /tmp/constraints.txt /tmp/wheel/*.whl
USER 1000:1000
WORKDIR /home/bench
CMD ["bash"]
