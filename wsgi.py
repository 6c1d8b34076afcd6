"""Entry point: builds the application, nothing else."""

from app import create_app

app = create_app()
