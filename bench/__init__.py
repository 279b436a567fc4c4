"""What npsbot manages, measured beside what it is built on. `python -m bench` prints the table."""
