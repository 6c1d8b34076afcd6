"""Rules of the house itself: layers, templates, catalogues, migrations, assets."""
