"""What happened: attendance, minutes, commitments."""
