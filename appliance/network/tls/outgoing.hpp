// How this box calls others over TLS: the roots it trusts, read once and again when the file
// changes. Safe from many threads.
#pragma once

#include "network/tls/config.hpp"

#include <filesystem>
#include <memory>
#include <mutex>
#include <string>

namespace mnara::network::tls {

class Outgoing
{
public:
    // `ca_file`: PEM, as Debian's ca-certificates.crt. Read when it is first needed.
    explicit Outgoing(std::string ca_file) : ca_file_(std::move(ca_file)) {}

    // The chain must lead to a trusted root. Throws TlsError, in a sentence, where the file of
    // roots cannot be used.
    [[nodiscard]] std::shared_ptr<const Config> trusting();
    // No root is asked: the caller compares the certificate with a pin before he sends anything.
    [[nodiscard]] std::shared_ptr<const Config> pinned();

private:
    const std::string ca_file_;
    std::mutex mutex_;
    std::filesystem::file_time_type read_at_;
    std::shared_ptr<const Config> trusting_, pinned_;
};

// Whether the certificate, or its key, has that SHA-256 (hex in any case, colons allowed).
[[nodiscard]] bool has_pin(const CertificateFacts& facts, const std::string& pin);

} // namespace mnara::network::tls
