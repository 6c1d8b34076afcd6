"""The pages of the site, their versions and who edits them."""
