.PHONY: check format lint types test pictures

check: format lint types test

format:
	ruff format --check .

lint:
	ruff check .

types:
	mypy

test:
	pytest

pictures:
	python -m benchmarks.pictures
