// The folder data_dir/tls: the box's own CA, made once and never written over, and the server
// certificate it signs. All 0600 but ca.crt, which is for everybody.
#pragma once

#include "network/tls/issuer.hpp"

#include <optional>
#include <string>

namespace mnara::network::tls {

class CertificateFolder
{
public:
    // Makes the folder (0700), and in it ca.pem where it is missing. Throws std::runtime_error in
    // words.
    CertificateFolder(std::string folder, const Rng& rng);

    [[nodiscard]] const PemPair& ca() const { return ca_; }
    [[nodiscard]] bool has_made_ca() const { return has_made_ca_; }
    [[nodiscard]] std::optional<PemPair> server() const;
    void put_server(const PemPair& pair) const;

private:
    const std::string folder_;
    PemPair ca_;
    bool has_made_ca_ = false;
};

// The whole file, or nothing where it cannot be read.
[[nodiscard]] std::optional<std::string> read_text(const std::string& path);

} // namespace mnara::network::tls
