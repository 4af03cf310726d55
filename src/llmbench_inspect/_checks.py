"""What `llmbench doctor` loads: whoever owns a check declares it in one of these. Imports only."""

from llmbench_inspect.data import checks as data
from llmbench_inspect.doctor import installed, machine
from llmbench_inspect.providers import checks as providers
from llmbench_inspect.sandbox import checks as sandbox
from llmbench_inspect.suites.ordebug import checks as ordebug
from llmbench_inspect.suites.voice import checks as voice
from llmbench_inspect.suites.vue import checks as vue
from llmbench_inspect.telemetry.gpu import checks as gpu

__all__ = ["data", "gpu", "installed", "machine", "ordebug", "providers", "sandbox", "voice", "vue"]
