"""First run and the desk of the administrators."""
