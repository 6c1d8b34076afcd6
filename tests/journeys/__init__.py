"""What people do, in a real browser, on the platform as operators serve it: one server and one browser for all."""
