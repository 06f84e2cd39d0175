// One TLS connection over a connected, non-blocking socket that somebody else owns. Never waits:
// where it would, it says so, and wants_write() tells for what. One thread at a time.
#pragma once

#include "network/tls/config.hpp"
#include "network/tls/error.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

namespace mnara::network::tls {

// The connection itself is gone; says nothing about certificates.
class ConnectionLost : public TlsError
{
public:
    using TlsError::TlsError;
};

class Session
{
public:
    // `host`: a client's idea of who answers, a DNS name or a numeric address.
    Session(std::shared_ptr<const Config> config, int file, const std::string& host = {});
    ~Session();
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    // True once it is finished, false where it would wait. Throws TlsError, in a client with a
    // sentence about what is wrong with the certificate, where that is it.
    bool handshake();
    [[nodiscard]] bool is_open() const { return open_; }
    // How many bytes came; 0 at the end, nothing where it would wait. To a client an end that the
    // other side did not sign is ConnectionLost: somebody may have cut the answer short. To a
    // server it is an end: a request says by itself how long it is.
    std::optional<std::size_t> receive(char* bytes, std::size_t size);
    // How many bytes were taken; 0 where it would wait. Then the next call must begin with the same
    // bytes: they are encrypted already.
    std::size_t send(const char* bytes, std::size_t size);
    [[nodiscard]] bool wants_write() const { return wants_write_; }
    // Says goodbye where that goes without waiting.
    void end() noexcept;

    // A client's, of the server's certificate, after the handshake.
    [[nodiscard]] const CertificateFacts& peer_facts() const;

private:
    struct Parts;
    [[nodiscard]] bool would_wait(int code);
    [[noreturn]] void fail(int code, const char* doing);

    const std::shared_ptr<const Config> config_;
    const std::string host_;
    std::unique_ptr<Parts> parts_;
    bool open_ = false, dead_ = false, ended_ = false, wants_write_ = false;
    std::size_t encrypted_ = 0; // of a send that must be repeated
};

} // namespace mnara::network::tls
