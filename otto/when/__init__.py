"""Days and times in words: "next friday", "tomorrow evening", "half past seven"."""
