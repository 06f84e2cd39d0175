// A certificate chain with its key: read, checked, and what a person or a program asks about it.
// Knows no file and no connection.
#pragma once

#include "core/result.hpp"
#include "core/time.hpp"

#include <memory>
#include <set>
#include <string>

namespace mnara::network::tls {

// Of the first certificate of a chain.
struct CertificateFacts
{
    std::string subject;     // "CN=box.example"
    std::string fingerprint; // SHA-256 of the certificate, 64 hex digits
    std::string key_pin;     // SHA-256 of its SubjectPublicKeyInfo, 64 hex digits
    UnixTime valid_from{}, valid_until{};
    std::set<std::string> names; // DNS names and numeric addresses it is for
};

// Reads PEM; the error is a sentence.
[[nodiscard]] Result<CertificateFacts, std::string> certificate_facts(const std::string& pem);

class Credentials
{
public:
    // Refuses, in a sentence, what cannot be read and a key that is not the certificate's.
    static Result<std::shared_ptr<const Credentials>, std::string>
    from_pem(const std::string& chain_pem, const std::string& key_pem);
    ~Credentials();
    Credentials(const Credentials&) = delete;
    Credentials& operator=(const Credentials&) = delete;

    [[nodiscard]] const CertificateFacts& facts() const { return facts_; }
    // Of all certificates as they stand in the file: also another issuer's behind the same first
    // one is something new to show.
    [[nodiscard]] const std::string& chain_fingerprint() const { return chain_fingerprint_; }
    [[nodiscard]] bool is_valid_at(UnixTime now) const
    {
        return facts_.valid_from <= now && now < facts_.valid_until;
    }

    struct Parts; // of mbedTLS
    [[nodiscard]] Parts& parts() const { return *parts_; }

private:
    Credentials();
    std::unique_ptr<Parts> parts_;
    CertificateFacts facts_;
    std::string chain_fingerprint_;
};

} // namespace mnara::network::tls
