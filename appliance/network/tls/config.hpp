// What connections of one kind share: versions, suites, curves, keys, trust. Made once, never
// changed while a connection uses it; a new certificate is a new Config beside the old one, which
// lives as long as the connections that began with it.
#pragma once

#include "network/tls/credentials.hpp"
#include "network/tls/rng.hpp"

#include <memory>
#include <string>

namespace mnara::network::tls {

class TrustedRoots;

class Config
{
public:
    // For a server that shows `credentials`, with session tickets. Throws TlsError.
    static std::shared_ptr<const Config> server(std::shared_ptr<const Credentials> credentials);
    // For a client. With roots the chain must lead to one of them, or the handshake fails; without,
    // the caller judges the certificate by its pin (Session::peer_facts) before it sends anything.
    static std::shared_ptr<const Config> client(std::shared_ptr<const TrustedRoots> roots);
    ~Config();
    Config(const Config&) = delete;
    Config& operator=(const Config&) = delete;

    [[nodiscard]] bool is_server() const { return is_server_; }
    [[nodiscard]] bool has_roots() const { return roots_ != nullptr; }
    struct Parts; // of mbedTLS
    [[nodiscard]] Parts& parts() const { return *parts_; }

private:
    explicit Config(bool is_server);
    const bool is_server_;
    std::shared_ptr<const Credentials> credentials_;
    std::shared_ptr<const TrustedRoots> roots_;
    std::unique_ptr<Parts> parts_;
};

} // namespace mnara::network::tls
