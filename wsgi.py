"""Entry point: tells that it serves and builds the application, nothing else."""

from app import create_app
from app.config import load_settings
from app.operating.running import hold

hold(load_settings().var)
app = create_app()
