"""What is done for the index at night."""

from __future__ import annotations

import logging
from functools import partial

from app.core.jobs import periodic
from app.search.checking import check_index
from app.search.index import current_index
from app.search.services import only_writer
from app.search.words.keeping import recount

log = logging.getLogger(__name__)


@periodic(minute="23", hour="4")
def look_after_index() -> None:
    """Compare the index with the database, mend what differs, say so, put the index in order, count the words again."""
    index = current_index()
    if not index.engine.stats().generation:
        return  # the indexer makes it when it starts
    report = check_index(index)
    if report.differences:
        log.warning(
            "the index differed from the database and was mended: %d missing, %d outdated, %d too many, of %d",
            report.missing,
            report.outdated,
            report.surplus,
            report.compared,
        )
    else:
        log.info("the index agrees with the database in %d documents", report.compared)
    wrong = recount(partial(only_writer, index.lock_file))
    if wrong:
        log.warning("%d counts of the table of words were wrong and were mended", wrong)
    with only_writer(index.lock_file):
        index.engine.optimise()
