"""The rooms of the desk, one module each. They never import each other."""
