// mbedTLS structures that free themselves. Only for the files of this folder: whoever uses TLS sees
// the classes beside it and no header of mbedTLS.
#pragma once

#include <mbedtls/pk.h>
#include <mbedtls/ssl.h>
#include <mbedtls/ssl_ticket.h>
#include <mbedtls/x509_crt.h>

namespace mnara::network::tls {

template <class T, void (*Init)(T*), void (*Free)(T*)> class Owned
{
public:
    Owned() { Init(&it_); }
    ~Owned() { Free(&it_); }
    Owned(const Owned&) = delete;
    Owned& operator=(const Owned&) = delete;
    T* get() { return &it_; }
    [[nodiscard]] const T* get() const { return &it_; }
    T* operator->() { return &it_; }
    const T* operator->() const { return &it_; }

private:
    T it_;
};

using Chain = Owned<mbedtls_x509_crt, mbedtls_x509_crt_init, mbedtls_x509_crt_free>;
using Key = Owned<mbedtls_pk_context, mbedtls_pk_init, mbedtls_pk_free>;
using SslConfig = Owned<mbedtls_ssl_config, mbedtls_ssl_config_init, mbedtls_ssl_config_free>;
using Ssl = Owned<mbedtls_ssl_context, mbedtls_ssl_init, mbedtls_ssl_free>;
using Tickets = Owned<mbedtls_ssl_ticket_context, mbedtls_ssl_ticket_init, mbedtls_ssl_ticket_free>;
using CertificateDraft =
    Owned<mbedtls_x509write_cert, mbedtls_x509write_crt_init, mbedtls_x509write_crt_free>;

} // namespace mnara::network::tls
