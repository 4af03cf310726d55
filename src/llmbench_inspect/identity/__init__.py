"""What a run is a run of: noted in its log, and held against the log that a later run would continue."""

from llmbench_inspect.identity.earlier_logs import SameRun
from llmbench_inspect.identity.task import identified

__all__ = ["SameRun", "identified"]
