#include "network/tls/config_parts.hpp"

#include "network/tls/error.hpp"
#include "network/tls/trust.hpp"
#include "network/tls/x509.hpp"

#include <array>

namespace mnara::network::tls {

namespace {

// Forward secrecy and authenticated encryption, nothing else.
constexpr std::array kSuites{MBEDTLS_TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
                             MBEDTLS_TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
                             MBEDTLS_TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
                             MBEDTLS_TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
                             MBEDTLS_TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
                             MBEDTLS_TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
                             0};
// mbedTLS 2.28 would begin with P-521, which costs twice the time.
constexpr std::array kServerCurves{MBEDTLS_ECP_DP_SECP256R1, MBEDTLS_ECP_DP_CURVE25519,
                                   MBEDTLS_ECP_DP_SECP384R1, MBEDTLS_ECP_DP_NONE};
constexpr Seconds kTicketLife{86'400};

} // namespace

Config::Config(bool is_server) : is_server_(is_server), parts_(std::make_unique<Parts>())
{
    static const char* const kProtocols[] = {"http/1.1", nullptr};
    mbedtls_ssl_config* ssl = parts_->ssl.get();
    require(mbedtls_ssl_config_defaults(ssl,
                                        is_server ? MBEDTLS_SSL_IS_SERVER : MBEDTLS_SSL_IS_CLIENT,
                                        MBEDTLS_SSL_TRANSPORT_STREAM, MBEDTLS_SSL_PRESET_DEFAULT),
            "TLS cannot be set up");
    mbedtls_ssl_conf_min_version(ssl, MBEDTLS_SSL_MAJOR_VERSION_3, MBEDTLS_SSL_MINOR_VERSION_3);
    mbedtls_ssl_conf_ciphersuites(ssl, kSuites.data());
    mbedtls_ssl_conf_curves(ssl, kServerCurves.data());
    mbedtls_ssl_conf_rng(ssl, &Rng::fill, parts_->rng.state());
    require(mbedtls_ssl_conf_alpn_protocols(ssl, const_cast<const char**>(kProtocols)),
            "TLS cannot be set up");
}

Config::~Config() = default;

std::shared_ptr<const Config> Config::server(std::shared_ptr<const Credentials> credentials)
{
    const std::shared_ptr<Config> it(new Config(true));
    it->credentials_ = std::move(credentials);
    Parts& parts = *it->parts_;
    mbedtls_ssl_config* ssl = parts.ssl.get();
    mbedtls_ssl_conf_authmode(ssl, MBEDTLS_SSL_VERIFY_NONE); // of clients
    Credentials::Parts& own = it->credentials_->parts();
    require(mbedtls_ssl_conf_own_cert(ssl, own.chain.get(), own.key.get()), "the certificate");
    require(mbedtls_ssl_ticket_setup(parts.tickets.get(), &Rng::fill, parts.rng.state(),
                                     MBEDTLS_CIPHER_AES_256_GCM,
                                     static_cast<std::uint32_t>(kTicketLife.count())),
            "session tickets");
    mbedtls_ssl_conf_session_tickets_cb(ssl, mbedtls_ssl_ticket_write, mbedtls_ssl_ticket_parse,
                                        parts.tickets.get());
    return it;
}

std::shared_ptr<const Config> Config::client(std::shared_ptr<const TrustedRoots> roots)
{
    const std::shared_ptr<Config> it(new Config(false));
    it->roots_ = std::move(roots);
    mbedtls_ssl_config* ssl = it->parts_->ssl.get();
    if (it->roots_ != nullptr) {
        mbedtls_ssl_conf_ca_chain(ssl, it->roots_->parts().chain.get(), nullptr);
        mbedtls_ssl_conf_authmode(ssl, MBEDTLS_SSL_VERIFY_REQUIRED);
    } else {
        // The certificate is read and its key proven, but the chain is judged by nobody here.
        mbedtls_ssl_conf_authmode(ssl, MBEDTLS_SSL_VERIFY_OPTIONAL);
    }
    return it;
}

} // namespace mnara::network::tls
