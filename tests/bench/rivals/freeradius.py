"""The FreeRADIUS instances that ours is compared with, each in a folder of its own."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

from tests.bench.load_generator import Server
from tests.bench.population import ROUTER_SECRET, ROUTER_SOURCE, new_folder, username
from tests.bench.rivals.mariadb import RATE, MariaDb
from tests.integration.free_radius import FreeRadius
from tests.integration.ports import free_udp_port
from tests.integration.radius_case import radius_user

STOCK = Path("/etc/freeradius/3.0")
MINIMAL = Path(__file__).resolve().parent / "minimal"


class Rival(FreeRadius):
    """Another configuration than ours, started the same way."""

    def __init__(self, config_dir: Path, more: dict[str, str], radius_dir: Path | None = None):
        work = new_folder("rival")
        super().__init__(radius_dir or work, work, free_udp_port(), config_dir=config_dir,
                         user=radius_user())
        self.more = more

    def environment(self) -> dict[str, str]:
        return {**super().environment(), **self.more}

    @property
    def server(self) -> Server:
        return Server(self.auth_port, self.acct_port)


def files_rival(people: int) -> Rival:
    """Everybody in the memory of a minimal site."""
    users = new_folder("files") / "users"
    users.write_text("".join(
        f'{username(i)}\tCleartext-Password := "pw-{username(i)}"\n'
        f'\tMikrotik-Rate-Limit := "{RATE}"\n'
        for i in range(people)), encoding="utf-8")
    users.chmod(0o644)
    return Rival(MINIMAL, {"BENCH_LOOKUP": "lookup_files", "BENCH_USERS": str(users)})


def stripped_ours(radius_dir: Path, with_log: bool) -> Rival:
    """radius.db behind a minimal site: no dynamic clients, no verdicts, no device, no answers to
    trouble. With the log of verdicts, which is what radpostauth is to the stock site."""
    lookup = "lookup_access_log" if with_log else "lookup_access"
    return Rival(MINIMAL, {"BENCH_LOOKUP": lookup}, radius_dir)


def minimal_mariadb(database: MariaDb) -> Rival:
    """MariaDB behind the same minimal site; the stock queries, nothing is written."""
    return Rival(MINIMAL, {"BENCH_LOOKUP": "lookup_mariadb", "HOME": str(database.client_home)})


def stock_mariadb(database: MariaDb) -> Rival:
    """FreeRADIUS and its sql module as Debian ships them, on the folder's own ports.

    One limit is raised for it: with the shipped max_requests (16384) it would drop what comes
    faster than 3,300 requests/s.
    """
    config = new_folder("stock") / "config"
    shutil.copytree(STOCK, config)
    _own_certificate(config)
    rival = Rival(config, {"HOME": str(database.client_home)})
    home = rival.run_dir / "config" if rival.user else config  # start() copies it for its user
    _edit(config / "radiusd.conf", [
        (r"^logdir = .*$", f"logdir = {rival.run_dir}"),
        (r"^raddbdir = .*$", f"raddbdir = {home}"),
        (r"^run_dir = .*$", f"run_dir = {rival.run_dir}"),
        (r"^\s*(user|group) = freerad$", ""),
        (r"^\s*max_requests = .*$", "max_requests = 262144")])
    (config / "clients.conf").write_text(
        f"client router {{\n ipaddr = {ROUTER_SOURCE}\n secret = {ROUTER_SECRET}\n}}\n",
        encoding="utf-8")
    _edit(config / "sites-available/default", [
        (r"^\tipv6addr = ::.*$", "\tipaddr = 127.0.0.1"),
        (r"^\tipaddr = \*$", "\tipaddr = 127.0.0.1")])
    _give_ports(config / "sites-available/default", rival)
    _edit(config / "sites-available/inner-tunnel", [(r"port = 18120", f"port = {free_udp_port()}")])
    _edit(config / "mods-available/sql", [
        (r'^\tdialect = "sqlite"$', '\tdialect = "mysql"'),
        (r'^\tdriver = "rlm_sql_null"$', '\tdriver = "rlm_sql_mysql"'),
        (r"^\t\ttls \{[^}]*\}", ""),
        (r'^#\tserver = "localhost"$', '\tserver = "localhost"'),
        (r'^#\tlogin = "radius"$', '\tlogin = "radius"'),
        (r'^#\tpassword = "radpass"$', '\tpassword = "radpass"')])
    shutil.copyfile(config / "mods-available/sql", config / "mods-enabled/sql")
    for name in ("default", "inner-tunnel"):
        shutil.copyfile(config / "sites-available" / name, config / "sites-enabled" / name)
    for path in config.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    return rival


def _own_certificate(config: Path) -> None:
    """EAP is loaded in the stock site and wants a key; the system's only a group may read."""
    key, certificate = config / "certs/bench.key", config / "certs/bench.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
                    "-subj", "/CN=bench", "-keyout", str(key), "-out", str(certificate)],
                   check=True, capture_output=True)
    _edit(config / "mods-enabled/eap", [
        (r"/etc/ssl/private/ssl-cert-snakeoil\.key", "${certdir}/bench.key"),
        (r"/etc/ssl/certs/ssl-cert-snakeoil\.pem", "${certdir}/bench.pem")])


def _edit(path: Path, changes: list[tuple[str, str]]) -> None:
    """Each pattern must be found: a stock file that looks otherwise is not what we measured."""
    text = path.read_text(encoding="utf-8")
    for pattern, new in changes:
        text, count = re.subn(pattern, new, text, flags=re.MULTILINE)
        if count == 0:
            raise RuntimeError(f"{path.name} has no line {pattern}")
    path.write_text(text, encoding="utf-8")


def _give_ports(site: Path, rival: Rival) -> None:
    """Of the four listen sections the first two, for IPv4, stay, on the ports of the rival."""
    text = site.read_text(encoding="utf-8")
    sections = list(re.finditer(r"^listen \{\n(?:.*\n)*?^\}\n", text, re.MULTILINE))
    if len(sections) != 4:
        raise RuntimeError(f"{site.name} has {len(sections)} listen sections")
    ports = [rival.auth_port, rival.acct_port, None, None]
    for section, port in reversed(list(zip(sections, ports))):
        new = "" if port is None else re.sub(r"^\tport = 0$", f"\tport = {port}", section.group(),
                                             flags=re.MULTILINE)
        text = text[:section.start()] + new + text[section.end():]
    site.write_text(text, encoding="utf-8")
