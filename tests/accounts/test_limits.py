"""How often the front doors may be tried."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.accounts import authenticator, second_step
from app.core.events import unit_of_work
from app.extensions import limiter
from tests.factories import UserFactory
from tests.support.browser import submit, token_of

GOOD = "une phrase assez longue pour moi"
EMAIL = "rado@example.org"


@pytest.fixture
def browser(make_app: Callable[..., Flask]) -> Iterator[FlaskClient]:
    """A browser at a site that counts."""
    app = make_app(rate_limits=True, registration_limit="2 per hour")
    with app.app_context():
        UserFactory(email=EMAIL, password=GOOD)
        yield app.test_client()
    limiter.enabled = False


def knock(browser: FlaskClient, address: str, page: str = "", client_at: str = "127.0.0.1", **said: str) -> int:
    token = token_of(browser.get(page or address))
    told = browser.post(address, data={"csrf_token": token, **said}, environ_overrides={"REMOTE_ADDR": client_at})
    if told.status_code == 429:
        assert "<h1>" in told.text
        assert int(told.headers["Retry-After"]) > 0
    return told.status_code


def test_five_wrong_passwords_close_the_door_to_that_account_from_there(browser: FlaskClient) -> None:
    wrong = [knock(browser, "/fr/login", identity=EMAIL, passcode="faux mot de passe") for _ in range(6)]
    assert wrong == [200] * 5 + [429]
    assert knock(browser, "/fr/login", identity=EMAIL, passcode=GOOD) == 429
    assert knock(browser, "/fr/login", identity="other@example.org", passcode="faux") == 200
    assert knock(browser, "/fr/login", client_at="198.51.100.7", identity=EMAIL, passcode=GOOD) == 302


def test_an_account_closes_for_an_hour_when_tried_from_everywhere(browser: FlaskClient) -> None:
    for place in range(30):
        assert knock(browser, "/fr/login", client_at=f"198.51.100.{place}", identity=EMAIL, passcode="123456") == 200
    assert knock(browser, "/fr/login", client_at="198.51.100.200", identity=EMAIL, passcode="123456") == 429


def test_who_signs_in_is_not_counted(browser: FlaskClient) -> None:
    for _ in range(7):
        assert knock(browser, "/fr/login", identity=EMAIL, passcode=GOOD) == 302
        token = token_of(browser.get("/fr/account/sessions"))
        browser.post("/fr/logout", data={"csrf_token": token})


def test_codes_are_sent_five_times(browser: FlaskClient) -> None:
    asked = [knock(browser, "/fr/login/code", "/fr/login", identity=EMAIL) for _ in range(6)]
    assert asked == [200] * 5 + [429]


@pytest.mark.parametrize("address", ["/fr/reset", "/fr/confirm"])
def test_links_are_sent_five_times(browser: FlaskClient, address: str) -> None:
    assert [knock(browser, address, email=EMAIL) for _ in range(6)] == [200] * 5 + [429]


def test_accounts_are_made_as_often_as_the_operator_allows(
    browser: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.core.humans.is_on", lambda: False)

    def join(number: int, name: str = "Someone") -> int:
        said = {"display_name": name, "email": f"n{number}@example.org", "is_old_enough": "y"}
        return submit(browser, "/fr/register", **said).status_code

    assert [join(1), join(2, name=""), join(3), join(4)] == [302, 200, 302, 429]


def test_the_same_account_spelt_otherwise_is_counted_as_one(browser: FlaskClient) -> None:
    spelt = (EMAIL, EMAIL.upper(), "rado@Example.ORG", "rado@ｅxample.org", " rado@example.org ")
    wrong = [knock(browser, "/fr/login", identity=address, passcode="123456") for address in spelt]
    assert wrong == [200] * 5
    assert knock(browser, "/fr/login", identity="rado@exａmple.org", passcode="123456") == 429


def test_no_guess_passes_uncounted_as_json(browser: FlaskClient) -> None:
    token = token_of(browser.get("/fr/login"))
    said, headers = {"identity": EMAIL, "passcode": "123456"}, {"X-CSRFToken": token}
    assert browser.post("/fr/login", json=said, headers=headers).status_code == 415
    asked = headers | {"Accept": "application/json"}
    assert [browser.post("/fr/login", data=said, headers=asked).status_code for _ in range(6)] == [200] * 5 + [429]


def test_the_second_step_of_one_member_closes_when_tried_from_everywhere(browser: FlaskClient) -> None:
    member = UserFactory(email="awa@example.org", password=GOOD)
    secret = authenticator.new_secret()
    with unit_of_work():
        second_step.turn_on(member, secret, str(authenticator.authenticator().generate_totp_password(secret)))
    assert knock(browser, "/fr/login", identity="awa@example.org", passcode=GOOD) == 302
    step = "/fr/account/second-step"
    tried = [knock(browser, step, client_at=f"198.51.100.{place}", code="12") for place in range(21)]
    assert tried == [422] * 20 + [429]
