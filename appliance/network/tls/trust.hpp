// Whom this box believes when it calls others: the roots of the system or of a file, and the words
// for why a certificate is not believed.
#pragma once

#include "network/tls/credentials.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace mnara::network::tls {

class TrustedRoots
{
public:
    // Reads a PEM file of CA certificates; those that mbedTLS cannot read are left out. Throws
    // TlsError, in a sentence, where nothing is left.
    explicit TrustedRoots(const std::string& path);
    ~TrustedRoots();
    TrustedRoots(const TrustedRoots&) = delete;
    TrustedRoots& operator=(const TrustedRoots&) = delete;

    struct Parts; // of mbedTLS
    [[nodiscard]] Parts& parts() const { return *parts_; }

private:
    std::unique_ptr<Parts> parts_;
};

// Sentences for the person who has to mend it. `flags`: MBEDTLS_X509_BADCERT_*.
[[nodiscard]] std::string why_not_trusted(std::uint32_t flags, const std::string& host,
                                          const CertificateFacts& facts);
[[nodiscard]] std::string wrong_name(const std::string& host, const CertificateFacts& facts);

} // namespace mnara::network::tls
