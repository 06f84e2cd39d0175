// What credentials.cpp, issuer.cpp and trust.cpp share about X.509. Inside this folder only.
#pragma once

#include "network/tls/credentials.hpp"
#include "network/tls/owned.hpp"
#include "network/tls/trust.hpp"

namespace mnara::network::tls {

struct Credentials::Parts
{
    Chain chain;
    Key key;
};

struct TrustedRoots::Parts
{
    Chain chain;
};

// Reads all certificates of a PEM text; 0, or a code of mbedTLS.
[[nodiscard]] int parse_chain(Chain& chain, const std::string& pem);
[[nodiscard]] CertificateFacts facts_of(const mbedtls_x509_crt& certificate);
// DNS names in small letters and numeric addresses, of the extension alone: a common name counts
// for nothing (RFC 6125).
[[nodiscard]] std::set<std::string> names_of(const mbedtls_x509_crt& certificate);

// A name as names_of would give it back: an address in its shortest form, the rest in small
// letters.
[[nodiscard]] std::string as_in_certificate(const std::string& name);

// The 4 or 16 bytes of a numeric address; empty for anything else.
[[nodiscard]] std::string address_bytes(const std::string& text);

} // namespace mnara::network::tls
