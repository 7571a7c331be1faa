"""Disks that fail, power that goes, writers that are killed, bits that rot: what the fault tests share."""
