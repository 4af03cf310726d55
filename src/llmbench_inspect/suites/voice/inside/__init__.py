"""What runs in the process that transcribes."""
