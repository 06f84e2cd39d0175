"""TLS for tests, all of it foreign to the product: certificates made by openssl, a TLS end in front of a plain server
by Python's ssl, and a client that trusts a box's own CA."""

import contextlib
import pathlib
import socket
import ssl
import subprocess
import threading


def openssl(*words, text=None):
    done = subprocess.run(["openssl", *map(str, words)], input=text, capture_output=True, text=True, check=False, timeout=60)
    if done.returncode != 0:
        raise AssertionError(f"openssl {words[0]}: {done.stderr}")
    return done.stdout


def fingerprint(certificate):
    """SHA-256 of a certificate file in lower-case hex."""
    return openssl("x509", "-in", certificate, "-noout", "-fingerprint", "-sha256").split("=")[1].strip().replace(":", "").lower()


class Authority:
    """A CA of the test's own in `folder`, with openssl."""

    def __init__(self, folder, name):
        self.folder = pathlib.Path(folder)
        self.name = name
        self.certificate = self.folder / f"{name}.crt"
        self.key = self.folder / f"{name}.key"
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30",
                "-subj", f"/CN={name}", "-keyout", self.key, "-out", self.certificate,
                "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign")

    def issue(self, name, alt="DNS:localhost,IP:127.0.0.1", key="ec", expired=False):
        """(certificate, key) for those subject alternative names; `expired`: its time is over."""
        stem = self.folder / f"{self.name}-{name}"
        certificate, key_file, request = stem.with_suffix(".crt"), stem.with_suffix(".key"), stem.with_suffix(".csr")
        kind = ["ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"] if key == "ec" else [f"rsa:{key}"]
        openssl("req", "-newkey", *kind, "-nodes", "-subj", f"/CN={name}", "-keyout", key_file, "-out", request)
        config = stem.with_suffix(".cnf")
        config.write_text("[ca]\ndefault_ca=d\n[d]\n"
                          f"database={stem}.index\nserial={stem}.serial\nnew_certs_dir={self.folder}\n"
                          f"certificate={self.certificate}\nprivate_key={self.key}\ndefault_md=sha256\npolicy=p\n"
                          "x509_extensions=v3\n[p]\ncommonName=supplied\n[v3]\n"
                          f"subjectAltName={alt}\nextendedKeyUsage=serverAuth\n")
        pathlib.Path(f"{stem}.index").write_text("")
        pathlib.Path(f"{stem}.serial").write_text("1000\n")
        dates = ("20200101000000Z", "20210101000000Z") if expired else ("20200101000000Z", "20480101000000Z")
        openssl("ca", "-batch", "-notext", "-config", config, "-in", request, "-out", certificate,
                "-startdate", dates[0], "-enddate", dates[1])
        return certificate, key_file


def self_signed(folder, alt="DNS:localhost,IP:127.0.0.1"):
    certificate, key = pathlib.Path(folder) / "self.crt", pathlib.Path(folder) / "self.key"
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", "/CN=self", "-keyout", key,
            "-out", certificate, "-addext", f"subjectAltName={alt}")
    return certificate, key


class TlsEnd:
    """Ends TLS in front of a plain server on this machine, as a provider's front does. `with TlsEnd(...) as end: end.port`"""

    def __init__(self, certificate, key, plain_port):
        self.context_ = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context_.load_cert_chain(certificate, key)
        self.plain_port_ = plain_port
        self.requests = 0  # connections that got as far as sending something

    def __enter__(self):
        self.listener_ = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.listener_.getsockname()[1]
        self.thread_ = threading.Thread(target=self.accept_, daemon=True)
        self.thread_.start()
        return self

    def __exit__(self, *_):
        self.listener_.shutdown(socket.SHUT_RDWR)
        self.listener_.close()
        self.thread_.join()

    def accept_(self):
        with contextlib.suppress(OSError):
            while True:
                client, _ = self.listener_.accept()
                threading.Thread(target=self.serve_, args=(client,), daemon=True).start()

    def serve_(self, client):
        with contextlib.suppress(OSError), client:
            client.settimeout(30)
            with self.context_.wrap_socket(client, server_side=True) as encrypted:
                request = encrypted.recv(65536)
                if not request:
                    return
                self.requests += 1
                with socket.create_connection(("127.0.0.1", self.plain_port_), 30) as plain:
                    plain.sendall(request)
                    back = threading.Thread(target=self.copy_, args=(plain, encrypted), daemon=True)
                    back.start()
                    self.copy_(encrypted, plain)
                    back.join()

    @staticmethod
    def copy_(source, target):
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                target.sendall(data)
            target.shutdown(socket.SHUT_RDWR)


def trusting(ca_file):
    """A client's context that trusts that file and nothing else."""
    return ssl.create_default_context(cafile=str(ca_file))
