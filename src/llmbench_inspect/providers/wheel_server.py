"""`llama-server` out of the xllamacpp wheel: run as a program of its own, it takes the same arguments.

Usage: `python -I -S wheel_server.py <unzipped wheel> --model FILE --port 0 ...`
"""

from __future__ import annotations

import argparse
import signal
import sys
from importlib import import_module
from pathlib import Path
from typing import Any


def main() -> None:
    """Serve one model until the process is ended."""
    parser = argparse.ArgumentParser(allow_abbrev=False)
    parser.add_argument("wheel", type=Path)
    parser.add_argument("--model", required=True)
    parser.add_argument("--alias", required=True)
    parser.add_argument("--host", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--ctx-size", type=int, required=True)
    parser.add_argument("--parallel", type=int, required=True)
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--cache-ram", type=int, required=True)
    parser.add_argument("--log-verbosity", type=int, required=True)
    parser.add_argument("--device", choices=["none"], required=True)
    parser.add_argument("--no-kv-unified", action="store_true")
    parser.add_argument("--no-webui", action="store_true")
    parser.add_argument("--offline", action="store_true")
    parser.add_argument("--jinja", action="store_true")
    parser.add_argument("--chat-template-file", type=Path)
    options = parser.parse_args()

    sys.path.insert(0, str(options.wheel))
    llama: Any = import_module("xllamacpp")
    parameters = llama.CommonParams()
    parameters.model.path = options.model
    parameters.model_alias = {options.alias}
    parameters.hostnames = [options.host]
    parameters.port = options.port
    parameters.n_ctx = options.ctx_size
    parameters.n_parallel = options.parallel
    parameters.kv_unified = not options.no_kv_unified
    parameters.cpuparams.n_threads = options.threads
    parameters.cpuparams_batch.n_threads = options.threads
    parameters.cache_ram_mib = options.cache_ram
    parameters.verbosity = options.log_verbosity
    parameters.n_gpu_layers = 0
    parameters.ui = not options.no_webui
    parameters.offline = options.offline
    parameters.use_jinja = options.jinja
    if options.chat_template_file:
        parameters.chat_template = options.chat_template_file.read_text(encoding="utf-8")
    server = llama.Server(parameters)
    print(f"serving {options.alias} on {server.listening_address}", flush=True)
    while True:
        signal.pause()


if __name__ == "__main__":
    main()
