"""Rows as a running platform would hold them, committed: factories for every room."""

from tests.factories.accounts import RoleFactory, UserFactory
from tests.factories.forum import CategoryFactory, PostFactory, SpaceFactory, TopicFactory

__all__ = ["CategoryFactory", "PostFactory", "RoleFactory", "SpaceFactory", "TopicFactory", "UserFactory"]
