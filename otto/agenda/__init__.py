"""Timers, alarms and reminders: what they are called, what is set, and when they ring."""
