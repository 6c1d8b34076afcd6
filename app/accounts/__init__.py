"""Who acts: members, their sign-in, sessions, roles and preferences."""
