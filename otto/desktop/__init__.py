"""The desktop: programs, windows, screen, sound level, state of the machine."""
