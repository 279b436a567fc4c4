"""What commands of one kind do, for the desk that carries all of them out."""
