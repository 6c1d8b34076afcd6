"""A pytest plugin: a run in which a test was skipped has failed, because what is skipped proves nothing."""

import pytest


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or not (skipped := len(reporter.stats.get("skipped", []))):
        return
    reporter.write_line(f"\n{skipped} skipped: install what is missing (make services) or remove the test.", red=True)
    if session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
