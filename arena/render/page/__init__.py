"""Studies as pages: one HTML file that needs no network, and the same numbers as CSV."""
