"""How `static/dist` is made from `static/css`, `static/js`, `static/img` and the front-end packages."""
