"""What the public reads: quotes and releases."""
