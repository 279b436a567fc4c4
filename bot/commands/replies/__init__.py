"""What is said back to commands, in words."""
