"""A time stamping authority of the tests' own (RFC 3161): a root, a certificate under it, and a server."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from asn1crypto import algos, cms, core, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

POLICY = "1.3.6.1.4.1.99999.1"
SHA256 = algos.DigestAlgorithm({"algorithm": "sha256"})


class _Refusal(core.Sequence):
    """A response without a token, which asn1crypto holds for incomplete."""

    _fields = [("status", tsp.PKIStatusInfo)]  # noqa: RUF012 - asn1crypto's own way


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _certificate(
    subject: str, key: rsa.RSAPrivateKey, issuer: str, signer: rsa.RSAPrivateKey, *, root: bool
) -> x509.Certificate:
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(_name(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime(2019, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2049, 1, 1, tzinfo=UTC))
        .add_extension(x509.BasicConstraints(ca=root, path_length=None), critical=True)
    )
    if not root:
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        builder = builder.add_extension(usage, critical=True)
    return builder.sign(signer, hashes.SHA256())


@dataclass
class Authority:
    """What stamps digests. `at` is its clock; `refuses` has it answer no; `lies` stamps something else."""

    at: datetime = datetime(2026, 12, 2, 0, 5, tzinfo=UTC)
    refuses: bool = False
    lies: bool = False
    status: int = 200
    asked: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        root_key = rsa.generate_private_key(65537, 2048)
        self._key = rsa.generate_private_key(65537, 2048)
        self.root = _certificate("A test's root", root_key, "A test's root", root_key, root=True)
        self._own = _certificate("A test's authority", self._key, "A test's root", root_key, root=False)

    @property
    def pem(self) -> bytes:
        """The root as a settings file names it."""
        return self.root.public_bytes(serialization.Encoding.PEM)

    def answer(self, request: bytes) -> bytes:
        """Answer a request, in DER."""
        self.asked.append(request)
        if self.refuses:
            info: dict[str, Any] = {"status": "rejection", "status_string": ["not today"]}
            return _Refusal({"status": tsp.PKIStatusInfo(info)}).dump()
        asked = tsp.TimeStampReq.load(request)
        imprint = asked["message_imprint"]
        if self.lies:
            imprint["hashed_message"] = sha256(b"something else").digest()
        token = self._signed(self._info(imprint, asked["nonce"]))
        return tsp.TimeStampResp(
            {"status": tsp.PKIStatusInfo({"status": "granted"}), "time_stamp_token": token}
        ).dump()

    def _info(self, imprint: tsp.MessageImprint, nonce: core.Integer) -> tsp.TSTInfo:
        return tsp.TSTInfo(
            {
                "version": "v1",
                "policy": POLICY,
                "message_imprint": imprint,
                "serial_number": len(self.asked),
                "gen_time": self.at,
                "accuracy": tsp.Accuracy({"seconds": 1}),
                "ordering": False,
                "nonce": nonce,
            }
        )

    def _signed(self, info: tsp.TSTInfo) -> cms.ContentInfo:
        own = asn1_x509.Certificate.load(self._own.public_bytes(serialization.Encoding.DER))
        content = info.dump()
        named = tsp.ESSCertIDv2({"hash_algorithm": SHA256, "cert_hash": sha256(own.dump()).digest()})
        attributes = cms.CMSAttributes(
            [
                cms.CMSAttribute({"type": "content_type", "values": ["tst_info"]}),
                cms.CMSAttribute({"type": "message_digest", "values": [sha256(content).digest()]}),
                cms.CMSAttribute(
                    {
                        "type": "signing_certificate_v2",
                        "values": [tsp.SigningCertificateV2({"certs": [named]})],
                    }
                ),
            ]
        )
        signature = self._key.sign(attributes.dump(), padding.PKCS1v15(), hashes.SHA256())
        serial = cms.IssuerAndSerialNumber({"issuer": own.issuer, "serial_number": own.serial_number})
        signer = cms.SignerInfo(
            {
                "version": "v1",
                "sid": cms.SignerIdentifier({"issuer_and_serial_number": serial}),
                "digest_algorithm": SHA256,
                "signed_attrs": attributes,
                "signature_algorithm": algos.SignedDigestAlgorithm({"algorithm": "rsassa_pkcs1v15"}),
                "signature": signature,
            }
        )
        data = cms.SignedData(
            {
                "version": "v3",
                "digest_algorithms": [SHA256],
                "encap_content_info": {
                    "content_type": "tst_info",
                    "content": core.ParsableOctetString(content),
                },
                "certificates": [own],
                "signer_infos": [signer],
            }
        )
        return cms.ContentInfo({"content_type": "signed_data", "content": data})


@contextmanager
def served(authority: Authority) -> Iterator[str]:
    """Put an authority on loopback; gives its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            request = self.rfile.read(int(self.headers["Content-Length"]))
            right = self.headers["Content-Type"] == "application/timestamp-query"
            made = authority.answer(request) if right else b"what is this?"
            self.send_response(authority.status if right else 400)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(made)))
            self.end_headers()
            self.wfile.write(made)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/tsa"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
