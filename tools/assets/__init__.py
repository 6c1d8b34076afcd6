"""How the files under `static/dist` are made from `static/css`, `static/js`, `static/img` and the front-end packages."""
