"""Tags as readers meet them, and what categories ask of them."""
