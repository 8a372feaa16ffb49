"""Where our own files lie: in a wheel inside the package, in the source tree beside it."""

from pathlib import Path

HERE = Path(__file__).parent
TEMPLATES, MIGRATIONS = (
    HERE / name if (HERE / name).is_dir() else HERE.parent / name for name in ("templates", "migrations")
)
