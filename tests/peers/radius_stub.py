"""A small RADIUS server for tests of the simulated router: users in a dict, accounting in a list."""

import socket
import threading

from tests.peers import radius
from tests.peers.radius import mschap, passwords


class RadiusStub:
    """Answers on two loopback ports.

    users               name -> (password, reply attributes of an Accept)
    accounting          Attributes of every Accounting-Request that was authentic
    answer_accounting   False swallows accounting
    with_message_authenticator   False leaves it out of replies
    """

    def __init__(self, secret=b"stub secret"):
        self.secret = secret
        self.users = {}
        self.accounting = []
        self.requests = []
        self.answer_accounting = True
        self.with_message_authenticator = True
        self._ending = False
        self._threads = []
        self._sockets = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2)]
        for sock in self._sockets:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
            sock.bind(("127.0.0.1", 0))
        self.server, self.accounting_server = (sock.getsockname() for sock in self._sockets)

    def __enter__(self):
        answers = (self._access, self._account)
        self._threads = [threading.Thread(target=self._serve, args=pair, daemon=True)
                         for pair in zip(self._sockets, answers)]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        for sock in self._sockets:
            # An empty datagram wakes the thread; a closed socket alone would leave it waiting.
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as waker:
                self._ending = True
                waker.sendto(b"", sock.getsockname())
        for thread in self._threads:
            thread.join()
        for sock in self._sockets:
            sock.close()

    def _serve(self, sock, answer):
        while not self._ending:
            data, peer = sock.recvfrom(4096)
            try:
                reply = answer(radius.decode(data))
            except radius.MalformedPacket:
                continue
            if reply is not None:
                sock.sendto(reply, peer)

    def _access(self, request):
        self.requests.append(request)
        password, attributes = self.users.get(request.attributes.first("User-Name"), (None, []))
        if password is None or not self._proved(request, password.encode()):
            code, attributes = radius.ACCESS_REJECT, [("Reply-Message", "not today")]
        else:
            code = radius.ACCESS_ACCEPT
            attributes = [*attributes, *self._success(request, password.encode())]
        return radius.encode_reply(code, request, attributes, self.secret,
                                   self.with_message_authenticator)

    def _proved(self, request, password):
        attributes = request.attributes
        if "User-Password" in attributes:
            return passwords.reveal_password(attributes.first("User-Password"), self.secret,
                                             request.authenticator) == password
        if "CHAP-Password" in attributes:
            proof = attributes.first("CHAP-Password")
            challenge = attributes.first("CHAP-Challenge", request.authenticator)
            return passwords.chap_password(proof[0], password, challenge) == proof
        response = attributes.first("MS-CHAP2-Response")
        return response is not None and response[26:] == mschap.nt_response(
            attributes.first("MS-CHAP-Challenge"), response[2:18],
            attributes.first("User-Name").encode(), password)

    @staticmethod
    def _success(request, password):
        response = request.attributes.first("MS-CHAP2-Response")
        if response is None:
            return []
        return [("MS-CHAP2-Success", response[:1] + mschap.authenticator_response(
            password, response[26:], response[2:18],
            request.attributes.first("MS-CHAP-Challenge"),
            request.attributes.first("User-Name").encode()))]

    def _account(self, request):
        if not radius.request_is_authentic(request, self.secret):
            return None
        self.accounting.append(request.attributes)
        if not self.answer_accounting:
            return None
        return radius.encode_reply(radius.ACCOUNTING_RESPONSE, request, [], self.secret,
                                   message_authenticator=False)

    def statuses(self, username):
        """Acct-Status-Type numbers that arrived for a user, in order."""
        return [item.first("Acct-Status-Type") for item in self.accounting
                if item.first("User-Name") == username]
