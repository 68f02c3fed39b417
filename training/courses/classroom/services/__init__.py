"""What is done in a class."""
