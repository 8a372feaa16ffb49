"""What we write: one function a letter."""
