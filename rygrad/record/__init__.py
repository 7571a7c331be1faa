"""The shared record: what all actors around a citizen write and read, and the decision computed from it."""
