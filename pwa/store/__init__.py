"""Where it is kept: one SQLite file for what readers see."""
