"""Topics and messages that change their place: move, merge, split, and the addresses that keep leading to them."""
