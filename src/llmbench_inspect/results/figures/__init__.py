"""Drawings of what tables say, all in one look; slow to import, so only where something is drawn."""

from .composition import token_composition
from .curves import success_at_steps, success_at_tokens
from .efficiency import token_efficiency_plane
from .failures import failure_modes
from .gpu import gpu_time_line
from .heatmap import efficiency_heatmap
from .history import history
from .latency import latency_distributions
from .lengths import attempt_lengths
from .long_context import long_context_curve
from .look import MOST
from .overview import performance_overview
from .write import Format, figure_bytes, png_and_svg

__all__ = [
    "MOST",
    "Format",
    "attempt_lengths",
    "efficiency_heatmap",
    "failure_modes",
    "figure_bytes",
    "gpu_time_line",
    "history",
    "latency_distributions",
    "long_context_curve",
    "performance_overview",
    "png_and_svg",
    "success_at_steps",
    "success_at_tokens",
    "token_composition",
    "token_efficiency_plane",
]
