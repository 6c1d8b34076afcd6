"""Who may do what, cell by cell, and every pair of states, through the services and through HTTP."""
