"""CDS Hooks 2.0: cards in the systems where people already work."""
