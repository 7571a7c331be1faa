"""The pages of the citizen and the relatives: where am I, what now, who has me, and who may see it."""
