"""Reading: files to a checked dataset."""

from matcher.dataset import read_dataset


def test_reading(benchmark, region_folder, region):
    read = benchmark(read_dataset, region_folder)
    benchmark.extra_info["offers"] = len(read.offers)
    assert read.sha256 == region.sha256
