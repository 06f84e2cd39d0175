#include "network/tls/session.hpp"

#include "network/tls/config_parts.hpp"
#include "network/tls/trust.hpp"
#include "network/tls/x509.hpp"

#include <algorithm>
#include <cerrno>
#include <mbedtls/net_sockets.h>
#include <sys/socket.h>

namespace mnara::network::tls {

namespace {

constexpr std::size_t kRecordMax = 16 * 1024;

int send_raw(void* file, const unsigned char* bytes, std::size_t size)
{
    while (true) {
        const auto took =
            ::send(*static_cast<int*>(file), bytes, size, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (took >= 0)
            return static_cast<int>(took);
        if (errno == EAGAIN || errno == EWOULDBLOCK)
            return MBEDTLS_ERR_SSL_WANT_WRITE;
        if (errno != EINTR)
            return errno == EPIPE || errno == ECONNRESET ? MBEDTLS_ERR_NET_CONN_RESET
                                                         : MBEDTLS_ERR_NET_SEND_FAILED;
    }
}

int receive_raw(void* file, unsigned char* bytes, std::size_t size)
{
    while (true) {
        const auto got = ::recv(*static_cast<int*>(file), bytes, size, MSG_DONTWAIT);
        if (got >= 0)
            return static_cast<int>(got);
        if (errno == EAGAIN || errno == EWOULDBLOCK)
            return MBEDTLS_ERR_SSL_WANT_READ;
        if (errno != EINTR)
            return errno == ECONNRESET ? MBEDTLS_ERR_NET_CONN_RESET : MBEDTLS_ERR_NET_RECV_FAILED;
    }
}

bool is_lost(int code)
{
    return code == 0 || code == MBEDTLS_ERR_SSL_CONN_EOF || code == MBEDTLS_ERR_NET_CONN_RESET ||
           code == MBEDTLS_ERR_NET_SEND_FAILED || code == MBEDTLS_ERR_NET_RECV_FAILED;
}

} // namespace

struct Session::Parts
{
    int file = -1;
    Ssl ssl;
    CertificateFacts peer;

    // Called for each certificate of the chain; mbedTLS forgets a chain that it refuses, and the
    // reason has to name it.
    static int remember(void* self, mbedtls_x509_crt* certificate, int depth, std::uint32_t*)
    {
        if (depth == 0)
            static_cast<Parts*>(self)->peer = facts_of(*certificate);
        return 0;
    }
};

Session::Session(std::shared_ptr<const Config> config, int file, const std::string& host)
    : config_(std::move(config)), host_(host), parts_(std::make_unique<Parts>())
{
    parts_->file = file;
    mbedtls_ssl_context* ssl = parts_->ssl.get();
    require(mbedtls_ssl_setup(ssl, config_->parts().ssl.get()), "a TLS connection");
    // A numeric address is no server name (RFC 6066), and mbedTLS 2.28 would not find it in a
    // certificate: handshake() compares it.
    if (!host.empty() && address_bytes(host).empty())
        require(mbedtls_ssl_set_hostname(ssl, host.c_str()), "a TLS connection");
    mbedtls_ssl_set_verify(ssl, &Parts::remember, parts_.get());
    mbedtls_ssl_set_bio(ssl, &parts_->file, &send_raw, &receive_raw, nullptr);
}

Session::~Session() = default;

bool Session::would_wait(int code)
{
    wants_write_ = code == MBEDTLS_ERR_SSL_WANT_WRITE;
    return wants_write_ || code == MBEDTLS_ERR_SSL_WANT_READ;
}

void Session::fail(int code, const char* doing)
{
    dead_ = true;
    const std::string text = std::string(doing) + ": " + words(code);
    if (is_lost(code))
        throw ConnectionLost(code == 0 || code == MBEDTLS_ERR_SSL_CONN_EOF
                                 ? std::string(doing) + ": the other side closed the connection"
                                 : text);
    throw TlsError(text);
}

bool Session::handshake()
{
    if (open_)
        return true;
    if (dead_)
        throw ConnectionLost("the TLS connection is broken");
    const int code = mbedtls_ssl_handshake(parts_->ssl.get());
    if (code == 0) {
        // Where the library could not compare the name, nothing has been sent yet.
        if (!config_->is_server() && config_->has_roots() && !address_bytes(host_).empty() &&
            !peer_facts().names.contains(host_)) {
            dead_ = true;
            throw TlsError(wrong_name(host_, peer_facts()));
        }
        open_ = true;
        wants_write_ = false;
        return true;
    }
    if (would_wait(code))
        return false;
    if (code == MBEDTLS_ERR_X509_CERT_VERIFY_FAILED) {
        dead_ = true;
        throw TlsError(
            why_not_trusted(mbedtls_ssl_get_verify_result(parts_->ssl.get()), host_, parts_->peer));
    }
    fail(code, "TLS handshake");
}

std::optional<std::size_t> Session::receive(char* bytes, std::size_t size)
{
    if (dead_)
        throw ConnectionLost("the TLS connection is broken");
    const int got =
        mbedtls_ssl_read(parts_->ssl.get(), reinterpret_cast<unsigned char*>(bytes), size);
    if (got > 0)
        return static_cast<std::size_t>(got);
    if (would_wait(got))
        return std::nullopt;
    if (got == MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY)
        return 0;
    if (config_->is_server() && (got == 0 || got == MBEDTLS_ERR_SSL_CONN_EOF)) {
        dead_ = true;
        return 0;
    }
    fail(got, "TLS");
}

std::size_t Session::send(const char* bytes, std::size_t size)
{
    if (dead_)
        throw ConnectionLost("the TLS connection is broken");
    // A repeated call must ask for what was encrypted before, though there may be more by now.
    const std::size_t part = encrypted_ != 0 ? encrypted_ : std::min(size, kRecordMax);
    const int took =
        mbedtls_ssl_write(parts_->ssl.get(), reinterpret_cast<const unsigned char*>(bytes), part);
    if (took >= 0) {
        encrypted_ = 0;
        return static_cast<std::size_t>(took);
    }
    if (would_wait(took)) {
        encrypted_ = part;
        return 0;
    }
    fail(took, "TLS");
}

void Session::end() noexcept
{
    if (open_ && !dead_ && !ended_)
        mbedtls_ssl_close_notify(parts_->ssl.get());
    ended_ = true;
}

const CertificateFacts& Session::peer_facts() const
{
    return parts_->peer;
}

} // namespace mnara::network::tls
