"""Measures, and later makes, the models that Otto uses. The runtime never imports this package."""
