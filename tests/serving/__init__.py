"""Tests of the edge outside Flask."""
