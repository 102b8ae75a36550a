"""What answers an address: read, one call into the domain, answer."""
