"""Pages for those who work with the programme: worklist, course, hand-overs, administration, login."""
