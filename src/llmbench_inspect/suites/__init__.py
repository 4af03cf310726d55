"""The suites: one room each, none knows another."""
