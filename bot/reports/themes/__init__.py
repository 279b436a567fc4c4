"""What the reasons speak of: which themes they name, in which groups, and that what is kept of it is right."""
