// Certificates for tests of TLS: a CA that is trusted, another that is not, and files for both.
#pragma once

#include "core/clock.hpp"
#include "network/tls/config.hpp"
#include "network/tls/issuer.hpp"
#include "network/tls/trust.hpp"
#include "unit/temp_folder.hpp"

#include <fstream>

struct TlsWorld
{
    using PemPair = mnara::network::tls::PemPair;
    using Config = mnara::network::tls::Config;
    using Credentials = mnara::network::tls::Credentials;

    TlsWorld()
    {
        ca = mnara::network::tls::make_ca(rng, "trusted");
        stranger = mnara::network::tls::make_ca(rng, "stranger");
        ca_file = folder.path() + "/roots.pem";
        std::ofstream(ca_file) << ca.certificate;
    }
    // Made as if it were `at`; the checks of mbedTLS use the real clock.
    [[nodiscard]] PemPair pair(const PemPair& issuer, const std::set<std::string>& names,
                               mnara::Seconds ago = {}) const
    {
        const auto now = mnara::SystemClock().now();
        return mnara::network::tls::make_server_certificate(rng, issuer, names, now - ago);
    }
    [[nodiscard]] static std::shared_ptr<const Config> server(const PemPair& pair)
    {
        return Config::server(Credentials::from_pem(pair.certificate, pair.key).value());
    }
    [[nodiscard]] std::shared_ptr<const Config> client() const
    {
        return Config::client(std::make_shared<mnara::network::tls::TrustedRoots>(ca_file));
    }

    const mnara::network::tls::Rng rng;
    TempFolder folder;
    PemPair ca, stranger;
    std::string ca_file;
};
