"""Benchmarks. `make bench` writes bench/results/latest.json; figures only, nothing here passes or fails."""
