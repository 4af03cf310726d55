"""What holds for every test."""

import signal

# A shell that runs the tests in its background has them ignore Ctrl-C, and so all that they start.
signal.signal(signal.SIGINT, signal.default_int_handler)
