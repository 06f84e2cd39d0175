// The six-digit codes of authenticator apps (RFC 6238: SHA-1, 30 seconds), the only form that all
// of them know. Pure: which codes were used already is the caller's memory.
#pragma once

#include "core/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mnara::domain {

inline constexpr std::size_t kTotpSecretBytes = 20;

// The code that a phone shows in that step of 30 seconds since 1970.
[[nodiscard]] std::string totp_code(std::string_view secret, std::int64_t step);
[[nodiscard]] std::int64_t totp_step(UnixTime at);

// The step whose code it is: the present one, the one before or the one after (clocks of phones),
// and later than `last_used`, since each code works once. Nothing where it is none of them.
[[nodiscard]] std::optional<std::int64_t> find_totp_step(std::string_view secret,
                                                         std::string_view code, UnixTime now,
                                                         std::int64_t last_used);

// RFC 4648, without padding: how people type the secret by hand.
[[nodiscard]] std::string to_base32(std::string_view bytes);

// What the QR code holds: otpauth://totp/ISSUER:LOGIN?secret=...
[[nodiscard]] std::string otpauth_url(std::string_view issuer, std::string_view login,
                                      std::string_view secret);

} // namespace mnara::domain
