"""What an operator does with a running platform: backup, restore, upgrade, health, metrics."""
