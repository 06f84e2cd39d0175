// SHA-1 and HMAC-SHA-1 (RFC 3174, RFC 2104), which libsodium does not have. Only for the codes of
// authenticator apps (domain/totp), which know nothing else; never for anything new.
#pragma once

#include <string>
#include <string_view>

namespace mnara {

inline constexpr std::size_t kSha1Bytes = 20;

[[nodiscard]] std::string sha1(std::string_view message);
[[nodiscard]] std::string hmac_sha1(std::string_view key, std::string_view message);

} // namespace mnara
