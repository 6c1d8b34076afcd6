"""Print the requirements of dependency groups of pyproject.toml, for pip-compile, which reads extras but no groups."""

import sys
import tomllib
from pathlib import Path


def main(names: list[str]) -> None:
    groups = tomllib.loads(Path("pyproject.toml").read_text())["dependency-groups"]
    for name in names:
        sys.stdout.writelines(f"{requirement}\n" for requirement in groups[name])


if __name__ == "__main__":
    main(sys.argv[1:])
