"""Measurements, as ratios against something run in the same minute; never timed tests."""
