"""Write docs/skills/ from the bundled skills: python tools/skill_pages.py [--check]

With --check nothing is written: the exit code is 1 when a page is not what it would be.
"""

from __future__ import annotations

import sys
from pathlib import Path

from otto import paths, registry
from otto.plugins.skill_page import index, page

FOLDER = Path(__file__).parent.parent / "docs" / "skills"


def pages() -> dict[Path, str]:
    """The text of every page by its file."""
    skills = [skill for skill in registry.load().skills.values() if skill.source.parent == paths.bundled("skills")]
    return {FOLDER / "README.md": index(skills), **{FOLDER / f"{skill.name}.md": page(skill) for skill in skills}}


def wrong(wanted: dict[Path, str]) -> list[Path]:
    """The pages that are missing, of another text, or of a skill that is no more."""
    stale = [file for file, text in wanted.items() if not file.exists() or file.read_text(encoding="utf-8") != text]
    return sorted(stale + [file for file in FOLDER.glob("*.md") if file not in wanted])


def main() -> None:
    wanted = pages()
    changed = wrong(wanted)
    if "--check" in sys.argv[1:]:
        for file in changed:
            print(f"{file} is not current; run: python tools/skill_pages.py")
        sys.exit(1 if changed else 0)
    FOLDER.mkdir(exist_ok=True)
    for file in changed:
        if file in wanted:
            file.write_text(wanted[file], encoding="utf-8")
        else:
            file.unlink()
        print(file)


if __name__ == "__main__":
    main()
