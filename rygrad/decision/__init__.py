"""The pure core: what follows from a citizen's facts, on a day, and why. Reads no disk, clock, network or settings."""
