"""What `otto gen-examples` is made of: asking a model for pairs, sifting them, keeping them, and their review."""
