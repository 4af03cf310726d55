"""Requests for code by voice: what a model makes of them, and what is lost on the way to it."""

from llmbench_inspect.suites.voice.dataset import Way, voice_dataset
from llmbench_inspect.suites.voice.recordings import load_recordings
from llmbench_inspect.suites.voice.scorers import voice_scorers
from llmbench_inspect.suites.voice.solvers import answered_by

__all__ = ["Way", "answered_by", "load_recordings", "voice_dataset", "voice_scorers"]
