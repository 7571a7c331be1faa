"""S5, the programme itself, public: the groups, the efforts, the signs, the sources, the readings, the versions."""
