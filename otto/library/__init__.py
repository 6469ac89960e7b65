"""The user's own documents: read, cut into passages, kept in an index, searched, and answered from.

    folders -> reader (a process of its own) -> passages -> index -> search -> answer
    which      text, Markdown, PDF, DOCX        bounded     SQLite   words and meaning

`otto.library.library` puts the steps together; the skill `docs` and the command `otto docs` use nothing else.
"""
