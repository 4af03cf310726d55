"""From logs to a verdict; knows Inspect logs, not suites."""
