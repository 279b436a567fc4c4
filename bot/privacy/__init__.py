"""What is held of a person, what we tell them of it, and how it ends."""
