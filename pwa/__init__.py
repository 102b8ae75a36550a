"""Right Door: a work handbook that a phone keeps."""
