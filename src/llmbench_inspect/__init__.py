"""Benchmarks for language models, local ones above all, as an extension of Inspect AI."""
