"""One contract of the live layer, on both servers."""
