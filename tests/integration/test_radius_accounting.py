"""Accounting through radius/: answered after the daemon's answer, spooled while it is away, replayed in order."""

import socket
import threading
import time
import unittest

from tests.integration.radius_case import SECRET, RadiusTest
from tests.integration.radius_database import ACCOUNTING_SECRET
from tests.peers import radius
from tests.peers.waiting import wait_until

START, STOP, INTERIM = 1, 2, 3


class DaemonStandIn:
    """Answers on the daemon's accounting port; holds back its answers while `silent` is set."""

    def __init__(self, port, *, echoes_proxy_state=True):
        self.received = []
        self.silent = threading.Event()
        self.hold = None
        self._echoes_proxy_state = echoes_proxy_state
        self._ended = threading.Event()
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", port))
        self._socket.settimeout(0.05)
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def session_ids(self):
        return [packet.attributes.first("Acct-Session-Id") for packet in list(self.received)]

    def close(self):
        self._ended.set()
        self._thread.join()
        self._socket.close()

    def _serve(self):
        while not self._ended.is_set():
            try:
                data, sender = self._socket.recvfrom(4096)
            except TimeoutError:
                continue
            request = radius.decode(data)
            if not radius.request_is_authentic(request, ACCOUNTING_SECRET.encode()):
                continue
            self.received.append(request)
            if self.hold is not None:
                self.hold.wait()
            if self.silent.is_set():
                continue
            if not self._echoes_proxy_state:
                request.attributes[:] = request.attributes.without("Proxy-State")
            self._socket.sendto(radius.encode_reply(radius.ACCOUNTING_RESPONSE, request, [],
                                                    ACCOUNTING_SECRET.encode(), False), sender)


class Accounting(RadiusTest):
    def setUp(self):
        self.daemon = None
        self.addCleanup(self.stop_daemon)
        # What an earlier test left would mix with the order of this one.
        self.start_daemon()
        wait_until(lambda: not self.spooled(), "an empty spool")
        self.stop_daemon()

    def start_daemon(self, **options):
        self.daemon = DaemonStandIn(self.server.accounting_port, **options)
        return self.daemon

    def stop_daemon(self):
        if self.daemon is not None:
            self.daemon.close()
            self.daemon = None

    def spooled(self):
        return [path for path in self.server.spool_dir.iterdir() if path.stat().st_size > 0]

    def account(self, session_id, status=INTERIM, attributes=(), **options):
        pairs = [("Acct-Status-Type", status), ("Acct-Session-Id", session_id), ("User-Name", "ann"),
                 ("Calling-Station-Id", "AA:BB:CC:DD:EE:01"), ("Class", b"sub:9"), *attributes]
        return radius.accounting_request((self.server.address, self.server.acct_port), SECRET, pairs,
                                         **{"timeout_seconds": 2.5, **options})

    def test_packet_reaches_the_daemon_whole_and_with_its_router(self):
        daemon = self.start_daemon()
        counters = [("Acct-Input-Octets", 4294967295), ("Acct-Input-Gigawords", 2), ("Acct-Session-Time", 77)]
        self.assertEqual(self.account("81a00001", START, counters).name, "Accounting-Response")
        got = daemon.received[-1].attributes
        for name, value in [("Acct-Session-Id", "81a00001"), ("User-Name", "ann"), ("Class", b"sub:9"), *counters,
                            ("Calling-Station-Id", "AA:BB:CC:DD:EE:01"), ("Acct-Status-Type", START)]:
            self.assertEqual(got.all(name), [value])
        self.assertEqual(got.all("Mnara-Router"), ["1"])

    def test_a_router_cannot_speak_for_another(self):
        daemon = self.start_daemon()
        self.assertIsNotNone(self.account("81a00002", attributes=[("Mnara-Router", "7"), ("Mnara-Router", "8")]))
        self.assertEqual(daemon.received[-1].attributes.all("Mnara-Router"), ["1"])
        self.stop_daemon()
        self.assertIsNotNone(self.account("81a00003", attributes=[("Mnara-Router", "7"), ("Mnara-Router", "8")]))
        daemon = self.start_daemon()
        wait_until(lambda: "81a00003" in daemon.session_ids(), "the replay")
        self.assertEqual(daemon.received[-1].attributes.all("Mnara-Router"), ["1"])

    def test_no_answer_before_the_daemons_answer(self):
        daemon = self.start_daemon()
        daemon.hold = threading.Event()
        threading.Timer(0.15, daemon.hold.set).start()
        reply = self.account("81a00004")
        self.assertGreater(reply.elapsed_ms, 130)
        self.assertLess(reply.elapsed_ms, 290)
        self.assertFalse(self.spooled())

    def test_daemon_without_proxy_state_is_understood(self):
        self.start_daemon(echoes_proxy_state=False)
        self.assertLess(self.account("81a00005").elapsed_ms, 200)
        self.assertFalse(self.spooled())

    def test_outage_is_spooled_at_once_and_replayed_in_order(self):
        wanted = [f"81b{number:05}" for number in range(12)]
        for session_id in wanted:
            reply = self.account(session_id, attributes=[("Acct-Session-Time", 5)])
            self.assertIsNotNone(reply, self.server.log_text())
            # Well under the 3 s after which a router sends again.
            self.assertLess(reply.elapsed_ms, 600)
        self.assertTrue(self.spooled())
        begin = time.monotonic()
        daemon = self.start_daemon()
        # The daemon is used again with the first packet that comes, not only after the replay.
        self.assertLess(self.account("81b99999").elapsed_ms, 200)
        wait_until(lambda: len(set(daemon.session_ids())) > len(wanted), "the replay")
        self.assertEqual([name for name in daemon.session_ids() if name != "81b99999"], wanted)
        self.assertLess(time.monotonic() - begin, 10)
        for packet in daemon.received:
            if packet.attributes.first("Acct-Session-Id") != "81b99999":
                # How old it is by now, so that its start can still be computed.
                self.assertIn("Acct-Delay-Time", packet.attributes)
        wait_until(lambda: not self.spooled(), "an empty spool")

    def test_unanswered_packet_is_spooled_and_comes_again(self):
        daemon = self.start_daemon()
        daemon.silent.set()
        self.assertIsNotNone(self.account("81c00001"))
        self.assertTrue(self.spooled())
        daemon.silent.clear()
        wait_until(lambda: daemon.session_ids().count("81c00001") >= 2, "the second time")

    def test_spool_outlives_freeradius(self):
        wanted = [f"81d{number:05}" for number in range(5)]
        for session_id in wanted:
            self.assertIsNotNone(self.account(session_id))
        self.server.kill()
        daemon = self.start_daemon()
        self.server.start()
        wait_until(lambda: set(wanted) <= set(daemon.session_ids()), "the replay after a restart")

    def test_strange_names_survive_the_spool_and_forge_nothing(self):
        forged = 'x"\n\tMnara-Router = "7"\n\nFri Nov 20 10:00:00 2026\n\tAcct-Session-Id = "forged"\n'
        pairs = [("Acct-Status-Type", START), ("Acct-Session-Id", "81e00001"), ("User-Name", forged)]
        server = (self.server.address, self.server.acct_port)
        self.assertIsNotNone(radius.accounting_request(server, SECRET, pairs))
        daemon = self.start_daemon()
        wait_until(lambda: "81e00001" in daemon.session_ids(), "the replay")
        self.assertNotIn("forged", daemon.session_ids())
        self.assertEqual(daemon.received[-1].attributes.all("User-Name"), [forged])
        self.assertEqual(daemon.received[-1].attributes.all("Mnara-Router"), ["1"])

    def test_spool_that_cannot_be_written_is_silence(self):
        spool = self.server.spool_dir
        hidden = spool.with_name("spool-away")
        spool.rename(hidden)
        spool.write_text("a file where the folder should be")

        def bring_back():
            spool.unlink()
            hidden.rename(spool)
        self.addCleanup(bring_back)
        self.assertIsNone(self.account("81f00001", timeout_seconds=1.0))


if __name__ == "__main__":
    unittest.main()
