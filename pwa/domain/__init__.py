"""What the handbook knows. Nothing in here has heard of the web."""
