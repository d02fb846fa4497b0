"""Benchmarks of a checkout: each file's rows() measures the arena beside the obvious alternative."""
