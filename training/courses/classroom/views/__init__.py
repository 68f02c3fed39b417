"""The pages about what happens in a class, by audience."""
