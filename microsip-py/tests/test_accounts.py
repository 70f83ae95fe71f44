"""Accounts and their registrations: with Kamailio, and by bytes on the wire."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

import microsip
from conftest import local
from microsip import Credential, RegistrationState, TlsConfig, TransportConfig
from peers import Certificate, Kamailio, certificate
from wire import Wire


@pytest.fixture(scope="module")
def identity(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture(scope="module")
def server(identity: Certificate) -> Iterator[Kamailio]:
    """One Kamailio for all tests, with TLS."""
    with Kamailio(tls=identity) as made:
        yield made


def test_an_account_registers_by_digest_and_unregisters(endpoint: microsip.Endpoint, server: Kamailio) -> None:
    account = endpoint.add_account(server.aor("alice"), registrar=server.registrar, password="wonderland")
    info = account.wait_registered(timeout=10)
    assert info.state is RegistrationState.REGISTERED and info.code == 200 and info.expires == 300 and not info.failures
    assert info.contact is not None and endpoint.local_address() in info.contact
    assert account.registration == info
    account.unregister()
    assert account.wait_unregistered(timeout=10).state is RegistrationState.UNREGISTERED


def test_an_account_registers_and_unregisters_with_asyncio(server: Kamailio) -> None:
    async def run() -> None:
        async with local() as endpoint:
            account = endpoint.add_account(server.aor("bob"), registrar=server.registrar, password="builder", username="bob")
            assert (await account.wait_registered_async(timeout=10)).state is RegistrationState.REGISTERED
            account.unregister()
            await account.wait_unregistered_async(timeout=10)

    asyncio.run(run())


def test_the_loop_goes_on_while_a_registration_is_awaited(endpoint: microsip.Endpoint, wire: Wire) -> None:
    async def run() -> None:
        account = endpoint.add_account("sip:alice@pbx.invalid", registrar=f"sip:{wire.address}")
        waits = asyncio.create_task(account.wait_registered_async(timeout=10))
        for _ in range(10):
            await asyncio.sleep(0)
        register = wire.request("REGISTER")
        assert not waits.done() and account.registration.state is RegistrationState.REGISTERING
        wire.reply(register, 200, headers=f"Contact: {register.header('Contact')};expires=60\r\n")
        assert (await waits).code == 200
        account.remove()
        with pytest.raises(microsip.GoneError):
            await account.wait_registered_async(timeout=10)

    asyncio.run(run())


@pytest.mark.parametrize("password", ["looking glass", ""])
def test_a_wrong_password_is_an_auth_error_in_both_spellings(endpoint: microsip.Endpoint, server: Kamailio, password: str) -> None:
    account = endpoint.add_account(server.aor("alice"), registrar=server.registrar, password=password)
    with pytest.raises(microsip.AuthError) as caught:
        account.wait_registered(timeout=10)
    assert caught.value.kind is microsip.ErrorKind.AUTH and caught.value.sip_status == 401
    assert isinstance(caught.value, PermissionError) and "looking" not in str(caught.value)
    with pytest.raises(microsip.AuthError):
        asyncio.run(account.wait_registered_async(timeout=10))
    info = account.registration
    assert info.state is RegistrationState.FAILED and info.failures == 1 and info.next_retry is None
    assert isinstance(info.error, microsip.AuthError)


def test_new_settings_take_the_place_of_the_old_ones(endpoint: microsip.Endpoint, server: Kamailio) -> None:
    account = endpoint.add_account(server.aor("alice"), registrar=server.registrar, password="wrong")
    with pytest.raises(microsip.AuthError):
        account.wait_registered(timeout=10)
    events = account.events()
    account.modify(registrar=server.registrar, password="wonderland", expires=60)
    while True:
        event = events.next(timeout=10)
        assert isinstance(event, microsip.RegistrationChanged) and event.account == account
        if event.info.state is RegistrationState.REGISTERED:
            break
    assert event.info.expires == 60
    with pytest.raises(microsip.InvalidArgumentError, match="address"):
        account.modify("sip:somebody@else.invalid")
    # Without a registrar it is removed from where it was.
    account.modify()
    server.wait_request("REGISTER")
    with pytest.raises(microsip.WrongStateError, match="no registrar"):
        account.wait_registered(timeout=10)


def test_a_digest_does_instead_of_the_password(endpoint: microsip.Endpoint) -> None:
    with Kamailio(algorithm="SHA-256") as server:
        ha1 = hashlib.sha256(f"alice:{server.domain}:wonderland".encode()).hexdigest()
        credential = Credential("alice", ha1, server.domain, microsip.DigestAlgorithm.SHA256)
        account = endpoint.add_account(server.aor("alice"), registrar=server.registrar, credentials=[credential])
        assert account.wait_registered(timeout=10).code == 200


def over_tls(tls: TlsConfig) -> microsip.Endpoint:
    return local(transports=[TransportConfig("tls", "127.0.0.1:0")], tls=tls)


def test_an_account_registers_over_tls(server: Kamailio, identity: Certificate) -> None:
    with over_tls(TlsConfig(ca_file=identity.cert)) as endpoint:
        account = endpoint.add_account(server.aor("alice"), registrar=server.tls_registrar, password="wonderland", transport="tls")
        assert account.wait_registered(timeout=10).code == 200
    assert server.requests("REGISTER")[-1][4] == "tls"


@pytest.mark.parametrize(
    ("tls", "refusal"),
    [
        (lambda made: TlsConfig(ca_pem=Path(made).read_text(), server_name="pbx.invalid"), "name_mismatch"),
        (lambda made: TlsConfig(system_authorities=True), "untrusted"),
        (lambda made: TlsConfig(pins=["00" * 32]), "pin_mismatch"),
    ],
)
def test_a_certificate_that_does_not_do_is_a_tls_error_that_says_why(
    server: Kamailio, identity: Certificate, tls: object, refusal: str
) -> None:
    before = len(server.requests("REGISTER"))
    with over_tls(tls(identity.cert)) as endpoint:  # type: ignore[operator]
        account = endpoint.add_account(server.aor("alice"), registrar=server.tls_registrar, password="wonderland", transport="tls")
        with pytest.raises(microsip.TlsError) as caught:
            account.wait_registered(timeout=10)
        assert caught.value.tls_refusal is microsip.TlsRefusal(refusal) and isinstance(caught.value, ConnectionError)
        with pytest.raises(microsip.TlsError):
            asyncio.run(account.wait_registered_async(timeout=10))
    # Nothing of SIP was sent.
    assert len(server.requests("REGISTER")) == before


@pytest.mark.parametrize(
    ("aor", "uri", "user"),
    [
        ("sip:alice@{}", "sip:{}", "alice"),
        ("sip:al%40ice:ignored@{}", "sip:{}", "al@ice"),
        ('"Sip: of <x>" <sip:+4930@{};x=y>', "sip:{}", "+4930"),
    ],
)
def test_with_a_password_alone_the_rest_is_of_the_address(endpoint: microsip.Endpoint, wire: Wire, aor: str, uri: str, user: str) -> None:
    account = endpoint.add_account(aor.format(wire.address), password="secret")
    register = wire.request("REGISTER")
    assert register.first == f"REGISTER {uri.format(wire.address)} SIP/2.0"
    wire.reply(register, 401, headers='WWW-Authenticate: Digest realm="any", nonce="abc", algorithm=MD5\r\n')
    answered = wire.request("REGISTER").header("Authorization")
    assert f'username="{user}"' in answered and 'realm="any"' in answered and "secret" not in answered
    account.remove()


def test_what_is_named_is_not_taken_from_the_address(endpoint: microsip.Endpoint, wire: Wire) -> None:
    account = endpoint.add_account("sip:alice@pbx.invalid", password="secret", username="1001", registrar=f"sip:{wire.address}")
    wire.reply(wire.request("REGISTER"), 401, headers='WWW-Authenticate: Digest realm="any", nonce="abc", algorithm=MD5\r\n')
    assert 'username="1001"' in wire.request("REGISTER").header("Authorization")
    account.remove()
    nowhere = endpoint.add_account("sip:alice@pbx.invalid", password="secret", registrar="")
    assert nowhere.registration.state is RegistrationState.NONE
    with pytest.raises(microsip.WrongStateError):
        nowhere.register()


@pytest.mark.parametrize("aor", ["", "alice", "sip:", "sip:@h", "tel:+4930", "sip:a@b\r\nX: y"])
def test_what_is_no_address_is_refused(endpoint: microsip.Endpoint, aor: str) -> None:
    with pytest.raises(microsip.InvalidArgumentError):
        endpoint.add_account(aor, password="secret")
    with pytest.raises(TypeError):
        endpoint.add_account(7)  # type: ignore[arg-type]


def test_an_account_has_a_policy_of_its_own(endpoint: microsip.Endpoint, account: microsip.Account, wire: Wire) -> None:
    account.set_policy(do_not_disturb=True)
    wire.invite(endpoint.local_address())
    assert wire.response("INVITE", 300).first == "SIP/2.0 486 Do Not Disturb"
    account.set_policy(microsip.CallPolicy(rules=[microsip.CallRule.deny(603, caller="pe*")]))
    wire.invite(endpoint.local_address())
    assert wire.response("INVITE", 300).status == 603
    # Again what the endpoint does.
    account.set_policy()
    endpoint.set_policy(forward=microsip.Forward(always="sip:elsewhere@pbx.invalid"))
    wire.invite(endpoint.local_address())
    moved = wire.response("INVITE", 300)
    assert moved.status == 302 and "sip:elsewhere@pbx.invalid" in moved.header("Contact")
    with pytest.raises(microsip.InvalidArgumentError, match="hang_up_after"):
        account.set_policy(hang_up_after=0)
    account.remove()
    with pytest.raises(microsip.GoneError):
        account.set_policy()
