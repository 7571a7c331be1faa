"""A region of invented citizens, clinics and municipalities: plain data, and a pure function of size, seed and date."""
