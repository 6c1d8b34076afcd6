"""What moves beside people, places and posts: a register of tables, one module a room, one way out and in for all."""
