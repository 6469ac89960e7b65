"""Units, currencies and numbers in words."""
