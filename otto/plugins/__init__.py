"""Writing a skill: its files, its check, its page."""
