"""The way to esbuild: its command from `node_modules`, run by the Node found on PATH."""

import subprocess

from tools.assets.output import PACKAGES, ROOT


def esbuild(*arguments: str) -> bytes:
    """What esbuild prints on its standard output. Raises SystemExit when it refuses the sources."""
    command = [str(PACKAGES / ".bin" / "esbuild"), "--log-level=warning", *arguments]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=False)
    if done.returncode:
        raise SystemExit(f"esbuild refused the sources: {' '.join(arguments)}")
    return done.stdout
