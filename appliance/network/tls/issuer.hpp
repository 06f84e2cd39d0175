// Makes certificates: the box's own CA, and the server certificate that it signs. ECDSA P-256 with
// SHA-256. Pure but for randomness: knows no file and is told the time.
#pragma once

#include "core/time.hpp"
#include "network/tls/rng.hpp"

#include <set>
#include <string>

namespace mnara::network::tls {

struct PemPair
{
    std::string certificate, key;
};

// `name` is shown where a person is asked whether to trust it. Its dates do not depend on the
// clock: a box whose clock was wrong at its first start must not have to be trusted anew.
[[nodiscard]] PemPair make_ca(const Rng& rng, const std::string& name);

inline constexpr Seconds kServerLife = std::chrono::days(397); // browsers refuse longer ones
inline constexpr Seconds kRenewBefore = std::chrono::days(30); // its end

// For those DNS names and numeric addresses; valid from a day before `now`, because the clocks of
// others may be behind.
[[nodiscard]] PemPair make_server_certificate(const Rng& rng, const PemPair& ca,
                                              const std::set<std::string>& names, UnixTime now);

// Whether that CA has signed it, whatever the time.
[[nodiscard]] bool is_signed_by(const std::string& certificate_pem, const std::string& ca_pem);

} // namespace mnara::network::tls
