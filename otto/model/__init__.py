"""The skill model: words in, skill calls out. One prompt, one grammar, three engines."""
