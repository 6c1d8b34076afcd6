"""What is only named is read as narrow rows, and is named and reached as the whole row is."""

from __future__ import annotations

import pytest

from app.core.events import record, tail, unit_of_work
from app.core.subjects import SubjectChanged, SubjectHidden, SubjectPublished, kinds, links_of
from tests.factories import CategoryFactory, UserFactory
from tests.search.conftest import open_topic, reply


@pytest.mark.parametrize("name", ["space", "topic", "post", "member"])
def test_narrow_rows_are_named_as_whole_ones(app, name):
    topic = open_topic(UserFactory(display_name="Zoé", name_lang="fr"), CategoryFactory(), "Le carnaval", "Chahut.")
    reply(UserFactory(), topic, "Vive le carnaval.")
    (declared,) = [each for each in kinds() if each.name == name]
    ids = declared.ids(0, 100)
    with app.test_request_context("/nl/"):
        whole = {row_id: declared.link(row) for row_id, row in declared.load(ids).items()}
        assert declared.named is not None
        assert whole
        assert links_of(declared, [*ids, 999_999]) == whole


def test_some_events_alone_are_read_in_their_order(app):
    with unit_of_work():
        for number in range(3):
            record(SubjectChanged("toy", number))
            record(SubjectHidden("toy", number))
            record(SubjectPublished("toy", number))
    every = [logged.event for logged in tail((0, 0)) if isinstance(logged.event, (SubjectHidden, SubjectPublished))]
    some = [logged.event for logged in tail((0, 0), only=(SubjectHidden, SubjectPublished))]
    assert some == every
    assert len(some) == 6
