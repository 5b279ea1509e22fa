"""B6: what is fetched for somebody is public, small, soon there, and comes from the machine that was checked."""

import gzip
import itertools
import socket
import time
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import brotli
import pytest
import urllib3.util.connection

from portal.config import SettingsProblem, settings_from
from portal.core import connecting, fetching
from portal.core.destinations import (
    Exceptions,
    LeadsInside,
    NotFetched,
    is_public,
    shown_address,
    typed_destination,
)
from portal.core.fetching import Fetcher, FetchProblem, seconds_of
from tests.support.remote import NAME, Remote, answer, remote

PUBLIC = "93.184.215.14"
NO_HOSTS = Exceptions()


def at(*machines: str) -> Callable[[str, int], list[str]]:
    """A look-up that always gives these machines."""
    return lambda _host, _port: list(machines)


def fetcher_of(server: Remote, *, resolve: Any = None, **options: Any) -> Fetcher:
    """A fetcher to which the server is an exception, under its name."""
    trust = server.trust if server.authority else None
    allowed = Exceptions.of([f"{NAME}:{server.port}"])
    return Fetcher(allowed, trust=trust, resolve=resolve or at("127.0.0.1"), **options)


@pytest.fixture
def connected(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """Where connections go to. None leaves this machine."""
    seen: list[tuple[str, int]] = []

    def note(where: tuple[str, int], *_rest: Any, **_options: Any) -> socket.socket:
        seen.append(where)
        raise ConnectionRefusedError

    monkeypatch.setattr(urllib3.util.connection, "create_connection", note)
    return seen


def test_what_is_there_is_given_with_few_headers_and_no_name_of_anybody() -> None:
    with remote(lambda _target: answer(b"hello")) as server, fetcher_of(server) as fetcher:
        got = fetcher.get(server.address("/a?b=c#d"), accept="application/json")
        again = fetcher.get(server.address("/again"))
    assert (got.body, got.media_type, again.body) == (b"hello", "application/json", b"hello")
    assert server.targets == ["/a?b=c", "/again"] and server.connections == 1
    headers = server.asked[0].headers
    assert set(headers) == {"host", "user-agent", "accept", "accept-encoding"}
    assert headers["host"] == f"{NAME}:{server.port}" and server.asked[0].server_name == NAME
    assert headers["user-agent"].startswith("Hereabouts")


def test_headers_that_are_asked_with_go_along_and_those_of_the_answer_come_back() -> None:
    with remote(lambda _target: answer(b"hello", headers={"ETag": '"1"'})) as server, fetcher_of(server) as fetcher:
        got = fetcher.get(server.address("/"), headers={"Origin": "https://other.example", "host": "evil.example"})
    assert got.headers["etag"] == '"1"' and got.headers["content-length"] == "5"
    headers = server.asked[0].headers
    assert headers["origin"] == "https://other.example" and headers["host"] == f"{NAME}:{server.port}"


def test_an_answer_that_nothing_is_new_is_told_by_its_number() -> None:
    with remote(lambda _target: answer(b"", 304)) as server, fetcher_of(server) as fetcher:
        with pytest.raises(FetchProblem) as problem:
            fetcher.get(server.address("/"), headers={"If-None-Match": '"1"'})
        assert problem.value.status == 304 and server.asked[0].headers["if-none-match"] == '"1"'


def test_a_file_is_fetched_only_if_it_is_new_and_one_that_is_not_leaves_none(tmp_path: Path) -> None:
    answers = [answer(b"hello", headers={"ETag": '"1"'}), answer(b"", 304)]
    with remote(lambda _target: answers.pop(0)) as server, fetcher_of(server) as fetcher:
        got = fetcher.download(server.address("/"), tmp_path / "new")
        with pytest.raises(FetchProblem) as problem:
            fetcher.download(server.address("/"), tmp_path / "old", headers={"If-None-Match": got.headers["etag"]})
    assert (tmp_path / "new").read_bytes() == b"hello" and not (tmp_path / "old").exists()
    assert problem.value.status == 304 and server.asked[1].headers["if-none-match"] == '"1"'


STRANGE = [
    *[
        "http://council.example/",
        "ftp://council.example/",
        "file:///etc/passwd",
        "gopher://council.example",
        "council.example",
        "//council.example/",
        "https:///services",
        "https://",
        "https://user@council.example/",
        "https://user:word@council.example/",
        "https://council.example@127.0.0.1/",
        "https://council.example:22/",
        "https://council.example:8443/",
        "https://council.example:0/",
        "https://council.example:x/",
        "https://council.example:99999/",
        "https://council.example\\@127.0.0.1/",
        "https://council.example./",
        "https://.example/",
        "https://a..example/",
        "https://localhost%2e/",
        "https://[::1%25eth0]/",
        "https://[fe80::1%eth0]/",
        "https://[::1/",
        "https://[v1.x]/",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://0177.0.0.1/",
        "https://127.1/",
        "https://0x7f.1/",
        "https://127.0.0.01/",
        "https://1.2.3.4.5/",
        "https://１２７.0.0.1/",
        "https://①②⑦.0.0.1/",
        "https://127。0。0。1/",
    ],
    "",
    "https://council.example/\r\nX: y",
    "https://council.example/ a",
    "https://" + "a" * 64 + ".example/",
    "https://council.example/" + "a" * 2_000,
]


@pytest.mark.parametrize("address", STRANGE)
def test_an_address_of_a_strange_spelling_is_refused_before_anything_is_asked(
    address: str, connected: list[Any]
) -> None:
    looked_up: list[str] = []

    def resolve(host: str, _port: int) -> list[str]:
        looked_up.append(host)
        return [PUBLIC]

    with pytest.raises(FetchProblem) as problem, Fetcher(NO_HOSTS, resolve=resolve) as fetcher:
        fetcher.get(address)
    assert str(problem.value).startswith("The address ") and str(problem.value).endswith(".")
    assert not looked_up and not connected


INSIDE = f"""
    0.0.0.0 0.1.2.3 10.0.0.1 100.64.0.1 127.0.0.1 127.255.255.254 169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.1 192.0.0.9
    192.0.2.1 192.88.99.1 192.168.0.1 198.18.0.1 198.19.255.255 198.51.100.1 203.0.113.1 224.0.0.1 239.255.255.255 240.0.0.1
    255.255.255.255 :: ::1 0:0:0:0:0:0:0:1 0000:0000:0000:0000:0000:0000:0000:0001 ::0.0.0.1 ::127.0.0.1 ::7f00:1
    ::ffff:127.0.0.1 ::FFFF:7F00:1 0:0:0:0:0:ffff:7f00:1 ::ffff:10.0.0.1 ::ffff:{PUBLIC} ::ffff:0:127.0.0.1 64:ff9b::7f00:1
    64:ff9b::10.0.0.1 64:ff9b:1::1 2002:7f00:1:: 2002:a00:1::1 2001::1 2001:0:7f00:1:: 2001:2::1 2001:10::1 2001:20::1
    2001:db8::1 3fff::1 100::1 fc00::1 fd12:3456::1 fe80::1 febf::1 fec0::1 ff02::1 ff0e::1 4000::1 5f00::1 fe80::1%1
    2a00::1%eth0
""".split()


@pytest.mark.parametrize("machine", INSIDE)
def test_a_name_with_one_answer_inside_is_refused(machine: str, connected: list[Any]) -> None:
    for answers in ([machine], [PUBLIC, machine], ["2a00:1450:4009::200e", machine]):
        with (
            pytest.raises(FetchProblem, match="not on the public internet"),
            Fetcher(NO_HOSTS, resolve=at(*answers)) as fetcher,
        ):
            fetcher.get("https://council.example/")
    assert not connected


@pytest.mark.parametrize("machine", [one for one in INSIDE if "%" not in one])
def test_a_number_inside_is_refused(machine: str, connected: list[Any]) -> None:
    host = f"[{machine}]" if ":" in machine else machine
    with pytest.raises(FetchProblem, match="not on the public internet"), Fetcher(NO_HOSTS) as fetcher:
        fetcher.get(f"https://{host}/")
    assert not connected


@pytest.mark.parametrize("machine", ["1.1.1.1", PUBLIC, "2a00:1450:4009::200e", "2606:4700:4700::1111"])
def test_public_machines_are_public(machine: str) -> None:
    assert is_public(machine)


def test_the_machine_that_was_checked_is_connected_to_whatever_the_name_says_later(connected: list[Any]) -> None:
    answers = itertools.chain([[PUBLIC, "2a00:1450:4009::200e"]], itertools.repeat(["127.0.0.1"]))
    with pytest.raises(FetchProblem, match="cannot be reached"):
        Fetcher(NO_HOSTS, resolve=lambda _host, _port: next(answers)).get("https://council.example/")
    assert connected == [(PUBLIC, 443), ("2a00:1450:4009::200e", 443)]


def test_a_name_that_moves_is_asked_at_the_first_machine_with_its_own_certificate() -> None:
    answers = itertools.chain([["127.0.0.1"]], itertools.repeat(["127.0.0.2"]))
    with (
        remote(lambda _target: answer(b"first")) as first,
        remote(lambda _target: answer(b"second"), host="127.0.0.2", port=first.port) as second,
        fetcher_of(first, resolve=lambda _host, _port: next(answers)) as fetcher,
    ):
        assert [fetcher.get(first.address(path)).body for path in ("/1", "/2")] == [b"first", b"first"]
    assert {one.server_name for one in first.asked} == {NAME} and not second.asked


def test_the_next_machine_of_a_name_is_tried_when_one_is_silent() -> None:
    with (
        remote(lambda _target: answer(b"here"), host="127.0.0.2") as server,
        fetcher_of(server, resolve=at("127.0.0.3", "127.0.0.2")) as fetcher,
    ):
        assert fetcher.get(server.address()).body == b"here"


def test_a_machine_of_version_6_can_be_excepted_and_its_number_is_its_name() -> None:
    with remote(lambda _target: answer(b"six"), host="::1", names=("::1",)) as server:
        allowed = Exceptions.of([f"[0:0::1]:{server.port}"])
        with Fetcher(allowed, trust=server.trust) as fetcher:
            assert fetcher.get(server.address(host="[::1]")).body == b"six"
        assert server.asked[0].headers["host"] == f"[::1]:{server.port}"


def test_plain_http_is_for_excepted_hosts_alone() -> None:
    with remote(lambda _target: answer(b"plain"), secure=False) as server:
        with fetcher_of(server) as fetcher:
            assert fetcher.get(server.address()).body == b"plain"
        for address in (server.address(), server.address(host="127.0.0.1"), server.address(host="localhost")):
            with pytest.raises(FetchProblem, match="https"), Fetcher(NO_HOSTS) as fetcher:
                fetcher.get(address)
        with pytest.raises(FetchProblem, match="port"), Fetcher(Exceptions.of([NAME])) as fetcher:
            fetcher.get(server.address().replace("http:", "https:"))
    assert len(server.asked) == 1


@pytest.mark.parametrize("names", [("other.example",), ("127.0.0.1",)])
def test_a_certificate_of_another_name_is_refused(names: tuple[str, ...]) -> None:
    with remote(lambda _target: answer(b"secret"), names=names) as server, fetcher_of(server) as fetcher:
        with pytest.raises(FetchProblem, match="no valid certificate"):
            fetcher.get(server.address())
        assert not server.asked


def test_a_certificate_of_an_unknown_authority_is_refused() -> None:
    with remote(lambda _target: answer(b"secret")) as server:
        allowed = Exceptions.of([f"{NAME}:{server.port}"])
        with Fetcher(allowed, resolve=at("127.0.0.1")) as fetcher, pytest.raises(FetchProblem, match="certificate"):
            fetcher.get(server.address())
        assert not server.asked


def _leading(to: str, status: int = 302) -> bytes:
    return answer(b"body of a redirect", status, headers={"Location": to})


def test_redirects_are_followed_three_times() -> None:
    def answers(target: str) -> bytes:
        left = int(target.rsplit("/", 1)[1])
        return _leading(f"/hop/{left - 1}", (301, 302, 303, 307, 308)[left % 5]) if left else answer(b"there")

    with remote(answers) as server, fetcher_of(server) as fetcher:
        got = fetcher.get(server.address("/hop/3"))
        assert got.body == b"there" and got.address == server.address("/hop/0")
        with pytest.raises(FetchProblem, match="leads on more than 3 times"):
            fetcher.get(server.address("/hop/4"))


@pytest.mark.parametrize(
    "location",
    [
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://169.254.169.254/latest/meta-data/",
        "//10.0.0.1/",
        "https://2130706433/",
        "https://inside.example/",
        "http://inside.example/",
        "file:///etc/passwd",
        "gopher://inside.example/",
        "https://user@inside.example/",
        "https://inside.example:8080/",
        "https://[",
        "https://inside.example%00/",
    ],
)
def test_a_redirect_to_the_inside_is_refused(location: str) -> None:
    def resolve(host: str, _port: int) -> list[str]:
        return ["127.0.0.1"] if host == NAME else ["10.1.2.3"]

    with remote(lambda _target: _leading(location)) as server, fetcher_of(server, resolve=resolve) as fetcher:
        with pytest.raises(FetchProblem, match="leads on to another") as problem:
            fetcher.get(server.address())
        assert "inside" not in str(problem.value).replace("inside.example", "") and "10.1" not in str(problem.value)


def test_a_public_address_does_not_lead_into_an_excepted_host(monkeypatch: pytest.MonkeyPatch) -> None:
    connect = urllib3.util.connection.create_connection
    with (
        remote(lambda _target: answer(b"inner"), secure=False) as inner,
        remote(lambda _target: _leading(inner.address()), names=("public.example",)) as outer,
    ):

        def connected(where: tuple[str, int], *rest: Any, **options: Any) -> socket.socket:
            return connect(("127.0.0.1", outer.port) if where == (PUBLIC, 443) else where, *rest, **options)

        monkeypatch.setattr(urllib3.util.connection, "create_connection", connected)
        places = {"public.example": [PUBLIC], NAME: ["127.0.0.1"]}
        allowed = Exceptions.of([f"{NAME}:{inner.port}"])
        with Fetcher(allowed, trust=outer.trust, resolve=lambda host, _port: places[host]) as fetcher:
            assert fetcher.get(inner.address()).body == b"inner"
            with pytest.raises(FetchProblem, match="leads on to another, which leads to a machine that is not"):
                fetcher.get("https://public.example/")
    assert (len(outer.asked), len(inner.asked)) == (1, 1)


@pytest.mark.parametrize("name", ["gzip", "deflate", "br", "x-gzip"])
def test_a_packed_body_is_counted_unpacked(name: str) -> None:
    pack = {"br": brotli.compress, "deflate": zlib.compress}.get(name, gzip.compress)
    bodies = {"/small": pack(b"tea " * 1000), "/bomb": pack(b"\0" * 30_000_000)}
    assert len(bodies["/bomb"]) < 100_000
    packed = {"Content-Encoding": name}
    with remote(lambda target: answer(bodies[target], headers=packed)) as server, fetcher_of(server) as fetcher:
        assert fetcher.get(server.address("/small")).body == b"tea " * 1000
        with pytest.raises(FetchProblem, match="more than 10 MB"):
            fetcher.get(server.address("/bomb"))


def test_a_bomb_in_a_bomb_and_unknown_packings_are_refused() -> None:
    twice = gzip.compress(gzip.compress(b"\0" * 30_000_000))
    packings = {"/twice": "gzip, gzip", "/thrice": "gzip, gzip, gzip", "/zstd": "zstd", "/odd": "made-up"}
    with (
        remote(lambda target: answer(twice, headers={"Content-Encoding": packings[target]})) as server,
        fetcher_of(server) as fetcher,
    ):
        for target in packings:
            with pytest.raises(FetchProblem, match="more than 10 MB" if target == "/twice" else "packed"):
                fetcher.get(server.address(target))


def test_a_body_without_an_end_and_one_that_says_it_is_large_are_cut() -> None:
    sent = [0]

    def endless(client: socket.socket) -> None:
        client.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            client.sendall(b"x" * 100_000)
            sent[0] += 100_000

    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"100000\r\n" + b"x" * 0x100000 + b"\r\n"

    def answers(target: str) -> Any:
        if target == "/said":
            return answer(b"x", length=10_000_001)
        return endless if target == "/endless" else chunked + (b"100000\r\n" + b"x" * 0x100000 + b"\r\n") * 10

    with remote(answers) as server, fetcher_of(server) as fetcher:
        for target in ("/endless", "/said", "/chunked"):
            with pytest.raises(FetchProblem, match="more than 10 MB"):
                fetcher.get(server.address(target))
    assert sent[0] < 40_000_000


def _dripping(start: bytes) -> Callable[[socket.socket], None]:
    def drip(client: socket.socket) -> None:
        client.sendall(start)
        while True:
            time.sleep(0.05)
            client.sendall(b"x")

    return drip


@pytest.mark.parametrize(
    "start",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nX-Long: ",
        b"HTTP/1.1 200 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n",
    ],
)
@pytest.mark.parametrize("secure", [True, False])
def test_a_slow_drip_is_cut_after_the_time_in_all(start: bytes, secure: bool) -> None:
    with (
        remote(lambda _target: _dripping(start), secure=secure) as server,
        fetcher_of(server, seconds=0.6) as fetcher,
        pytest.raises(FetchProblem, match="took longer than"),
    ):
        fetcher.get(server.address())


def test_a_server_and_a_look_up_that_never_answer_are_given_up() -> None:
    def never(_host: str, _port: int) -> list[str]:
        time.sleep(3)
        return ["127.0.0.1"]

    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        allowed = Exceptions.of([f"{NAME}:{port}"])
        for resolve in (at("127.0.0.1"), never):
            with (
                pytest.raises(FetchProblem, match="took longer"),
                Fetcher(allowed, resolve=resolve, seconds=0.3) as fetcher,
            ):
                fetcher.get(f"https://{NAME}:{port}/")


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"SSH-2.0-OpenSSH\r\n",
        b"\x16\x03\x01",
        answer(b"short", length=100),
        answer(b"not packed", headers={"Content-Encoding": "gzip"}),
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n",
        b"HTTP/1.1 999999 No\r\n\r\n",
    ],
)
def test_what_is_no_whole_answer_is_said_plainly(sent: bytes) -> None:
    def once(client: socket.socket) -> None:
        client.sendall(sent)

    with remote(lambda _target: once) as server, fetcher_of(server) as fetcher, pytest.raises(FetchProblem) as problem:
        fetcher.get(server.address())
    assert str(problem.value) == f"The address {fetching.BROKEN}."


def test_an_error_tells_its_number_and_nothing_of_its_body() -> None:
    busy = answer(b"the secret of the house", 503, headers={"Retry-After": "7"})
    with remote(lambda _target: busy) as server, fetcher_of(server) as fetcher, pytest.raises(FetchProblem) as problem:
        fetcher.get(server.address())
    assert str(problem.value) == "The address was answered with the error 503."
    assert (problem.value.status, problem.value.retry_after) == (503, "7")


def test_a_host_that_is_not_found_is_said() -> None:
    with pytest.raises(FetchProblem, match="cannot be found"), Fetcher(NO_HOSTS, resolve=at()) as fetcher:
        fetcher.get("https://council.example/")


def test_proxies_of_the_surroundings_are_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with remote(lambda _target: answer(b"direct")) as server, fetcher_of(server) as fetcher:
        assert fetcher.get(server.address()).body == b"direct"


def test_a_connection_that_was_closed_meanwhile_is_opened_again() -> None:
    def once(client: socket.socket) -> None:
        client.sendall(answer(b"one"))

    with remote(lambda _target: once) as server, fetcher_of(server) as fetcher:
        assert [fetcher.get(server.address()).body for _ in range(3)] == [b"one"] * 3
    assert server.connections == 3


def test_a_download_is_whole_in_its_file_or_not_there(tmp_path: Path) -> None:
    into = tmp_path / "groups.csv"
    bodies = {"/whole": answer(b"name\nTea\n"), "/short": answer(b"name\n", length=99)}
    with remote(lambda target: bodies[target]) as server, fetcher_of(server) as fetcher:
        fetcher.download(server.address("/whole"), into)
        assert into.read_bytes() == b"name\nTea\n"
    with (
        remote(lambda _target: lambda client: client.sendall(bodies["/short"])) as server,
        fetcher_of(server) as fetcher,
        pytest.raises(FetchProblem),
    ):
        fetcher.download(server.address("/short"), into)
    assert not into.exists()


def test_the_setting_names_hosts() -> None:
    told = settings_from({"PORTAL_FETCH_ALLOW": "feeds.internal, 10.0.0.5:8443 ,[::1]:9"}).fetch_allow
    assert told == ("feeds.internal", "10.0.0.5:8443", "[::1]:9")
    assert ("feeds.internal", 80) in Exceptions.of(told).hosts and ("::1", 9) in Exceptions.of(told).hosts
    for wrong in ("https://feeds.internal", "a b", "user@host", "host:port", "host/path"):
        with pytest.raises(SettingsProblem, match="PORTAL_FETCH_ALLOW"):
            settings_from({"PORTAL_FETCH_ALLOW": wrong})


def test_the_fetcher_of_the_application_has_its_exceptions(sqlite_app: Any) -> None:
    with pytest.raises(FetchProblem, match="public"), fetching.fetcher() as fetcher:
        fetcher.get("https://127.0.0.1/")
    assert connecting.resolve("127.0.0.1", 443) == ["127.0.0.1"]


@pytest.mark.parametrize("machine", ["127.0.0.1", "10.1.2.3", "169.254.169.254", "[::1]", "[fd00::1]"])
def test_the_number_of_a_machine_inside_is_refused_as_soon_as_it_is_typed(machine: str) -> None:
    with pytest.raises(LeadsInside):
        typed_destination(f"https://{machine}/feed", Exceptions())
    excepted = Exceptions.of([machine])
    assert typed_destination(f"https://{machine}/feed", excepted).target == "/feed"


def test_of_what_is_typed_a_name_is_looked_up_later_and_the_rules_of_spelling_hold() -> None:
    assert typed_destination("https://feeds.example/v3", Exceptions()).host == "feeds.example"
    with pytest.raises(NotFetched, match="must begin with https"):
        typed_destination("http://feeds.example/v3", Exceptions())


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://feeds.example/v3?key=1", "https://feeds.example/v3"),
        ("https://feeds.example/v3#key=1", "https://feeds.example/v3"),
        ("https://feeds.example/v3?key=1#more", "https://feeds.example/v3"),
        ("https://[feeds.example/v3?key=1", ""),
    ],
)
def test_what_may_be_a_key_to_an_address_is_shown_nowhere(address: str, shown: str) -> None:
    assert shown_address(address) == shown


@pytest.mark.parametrize(
    ("told", "seconds"),
    [(None, 2.0), ("5", 5.0), ("soon", 2.0), ("9" * 30, 2.0), ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0)],
)
def test_how_long_a_machine_asks_to_be_left_alone(told: str | None, seconds: float) -> None:
    assert seconds_of(told, 2.0) == seconds
