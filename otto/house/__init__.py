"""Lights and rooms of the house."""
