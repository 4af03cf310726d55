"""Which GPUs the kernel shows, read without any driver's library: why NVML has nothing to say."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

_VENDORS: Final = {"0x10de": "NVIDIA", "0x1002": "AMD", "0x8086": "Intel"}
"""PCI vendor numbers."""
_NVIDIA_DRIVER: Final = (
    "dev/nvidiactl",
    "proc/driver/nvidia/version",
    "usr/lib/wsl/lib/libnvidia-ml.so.1",
)
"""What there is of NVIDIA's driver on Linux, in containers that may use a GPU, and on WSL."""


@dataclass(frozen=True)
class Gpus:
    """What GPUs there seem to be."""

    vendors: tuple[str, ...]
    """Vendors of the graphics cards and accelerators that the kernel shows, sorted."""
    nvidia_driver: bool
    """Whether NVIDIA's driver runs."""

    def reason(self, error: str) -> str:
        """Why there are no figures.

        Args:
            error: What NVML says, or what is missing to ask it.
        """
        if self.nvidia_driver:
            return f"NVIDIA's driver runs, but NVML cannot be used: {error}"
        if "NVIDIA" in self.vendors:
            return f"there is an NVIDIA GPU, but its driver does not run: {error}"
        if "AMD" in self.vendors:
            return "there is an AMD GPU; figures come from NVML, which reads NVIDIA's alone"
        return "there is no NVIDIA GPU"


def gpus_of_this_machine(root: Path = Path("/")) -> Gpus:
    """Look at what the kernel shows; some file accesses, no library.

    Args:
        root: Where the machine's files are.
    """
    vendors: set[str] = set()
    for file in (root / "sys/class/drm").glob("card*/device/vendor"):
        vendors.add(_VENDORS.get(file.read_text("ascii").strip(), "another"))
    if (root / "dev/kfd").exists():
        vendors.add("AMD")
    return Gpus(tuple(sorted(vendors)), any((root / path).exists() for path in _NVIDIA_DRIVER))
