// What the house asks of libsodium; no other file includes it. Bytes travel in std::string.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace mnara::crypto {

inline constexpr std::size_t kKeyBytes = 32;
inline constexpr std::size_t kHashBytes = 32;

// Must be called once before anything else here; aborts where the library cannot start.
void initialise();
void system_random(unsigned char* out, std::size_t size);

// Fills secret memory with zeros in a way the compiler may not drop.
void wipe(std::string& secret);

// Equal bytes, in a time that depends on the length only.
[[nodiscard]] bool equal(std::string_view a, std::string_view b);

// BLAKE2b-256. For tokens of 128 bits and more, which need no salt.
[[nodiscard]] std::string hash(std::string_view message);
[[nodiscard]] std::string keyed_hash(std::string_view key, std::string_view message);
// SHA-256 in lower-case hex: the form in which M-Pesa C2B v1 sends a phone number.
[[nodiscard]] std::string sha256_hex(std::string_view message);

[[nodiscard]] std::string to_hex(std::string_view bytes);
[[nodiscard]] std::optional<std::string> from_hex(std::string_view hex);
[[nodiscard]] std::string to_base64(std::string_view bytes);
// URL-safe, without padding.
[[nodiscard]] std::string to_base64url(std::string_view bytes);

// Argon2id, interactive limits (64 MiB, about 60 ms): callers bound how many run at once.
[[nodiscard]] std::string hash_password(std::string_view password);
[[nodiscard]] bool verify_password(std::string_view password, const std::string& stored_hash);

// A sealed secret: XChaCha20-Poly1305; `purpose` is bound in, so that a ciphertext moved to another
// row does not open there.
struct Sealed
{
    std::string nonce; // 24 bytes
    std::string ciphertext;
};
[[nodiscard]] Sealed seal(std::string_view key, std::string_view nonce, std::string_view purpose,
                          std::string_view plaintext);
// Nothing where key, purpose or bytes are not those of the seal.
[[nodiscard]] std::optional<std::string> open(std::string_view key, const Sealed& sealed,
                                              std::string_view purpose);

} // namespace mnara::crypto
