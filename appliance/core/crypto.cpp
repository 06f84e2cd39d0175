#include "core/crypto.hpp"

#include "core/check.hpp"

#include <array>
#include <sodium.h>

namespace mnara::crypto {

namespace {

const unsigned char* bytes_of(std::string_view text)
{
    return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* bytes_of(std::string& text)
{
    return reinterpret_cast<unsigned char*>(text.data());
}

std::string base64(std::string_view bytes, int variant)
{
    std::string out(sodium_base64_encoded_len(bytes.size(), variant), '\0');
    sodium_bin2base64(out.data(), out.size(), bytes_of(bytes), bytes.size(), variant);
    out.pop_back(); // the terminating zero
    return out;
}

} // namespace

void initialise()
{
    ENSURE(sodium_init() >= 0);
}

void system_random(unsigned char* out, std::size_t size)
{
    randombytes_buf(out, size);
}

void wipe(std::string& secret)
{
    sodium_memzero(secret.data(), secret.size());
    secret.clear();
}

bool equal(std::string_view a, std::string_view b)
{
    return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string hash(std::string_view message)
{
    std::string out(kHashBytes, '\0');
    crypto_generichash(bytes_of(out), out.size(), bytes_of(message), message.size(), nullptr, 0);
    return out;
}

std::string keyed_hash(std::string_view key, std::string_view message)
{
    ENSURE(key.size() >= crypto_generichash_KEYBYTES_MIN);
    std::string out(kHashBytes, '\0');
    crypto_generichash(bytes_of(out), out.size(), bytes_of(message), message.size(), bytes_of(key),
                       key.size());
    return out;
}

std::string sha256_hex(std::string_view message)
{
    std::string out(crypto_hash_sha256_BYTES, '\0');
    crypto_hash_sha256(bytes_of(out), bytes_of(message), message.size());
    return to_hex(out);
}

std::string to_hex(std::string_view bytes)
{
    std::string out(bytes.size() * 2 + 1, '\0');
    sodium_bin2hex(out.data(), out.size(), bytes_of(bytes), bytes.size());
    out.pop_back();
    return out;
}

std::optional<std::string> from_hex(std::string_view hex)
{
    std::string out(hex.size() / 2, '\0');
    std::size_t written = 0;
    const char* end = nullptr;
    if (hex.size() % 2 != 0 ||
        sodium_hex2bin(bytes_of(out), out.size(), hex.data(), hex.size(), nullptr, &written,
                       &end) != 0 ||
        written != out.size() || end != hex.data() + hex.size())
        return std::nullopt;
    return out;
}

std::string to_base64(std::string_view bytes)
{
    return base64(bytes, sodium_base64_VARIANT_ORIGINAL);
}

std::string to_base64url(std::string_view bytes)
{
    return base64(bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

std::string hash_password(std::string_view password)
{
    std::array<char, crypto_pwhash_STRBYTES> out{};
    // Fails only where 64 MiB cannot be had.
    ENSURE(crypto_pwhash_str_alg(
               out.data(), password.data(), password.size(), crypto_pwhash_OPSLIMIT_INTERACTIVE,
               crypto_pwhash_MEMLIMIT_INTERACTIVE, crypto_pwhash_ALG_ARGON2ID13) == 0);
    return out.data();
}

bool verify_password(std::string_view password, const std::string& stored_hash)
{
    return crypto_pwhash_str_verify(stored_hash.c_str(), password.data(), password.size()) == 0;
}

Sealed seal(std::string_view key, std::string_view nonce, std::string_view purpose,
            std::string_view plaintext)
{
    ENSURE(key.size() == kKeyBytes);
    ENSURE(nonce.size() == crypto_aead_xchacha20poly1305_ietf_NPUBBYTES);
    Sealed sealed{std::string(nonce), {}};
    sealed.ciphertext.resize(plaintext.size() + crypto_aead_xchacha20poly1305_ietf_ABYTES);
    unsigned long long written = 0;
    crypto_aead_xchacha20poly1305_ietf_encrypt(
        bytes_of(sealed.ciphertext), &written, bytes_of(plaintext), plaintext.size(),
        bytes_of(purpose), purpose.size(), nullptr, bytes_of(nonce), bytes_of(key));
    ENSURE(written == sealed.ciphertext.size());
    return sealed;
}

std::optional<std::string> open(std::string_view key, const Sealed& sealed,
                                std::string_view purpose)
{
    ENSURE(key.size() == kKeyBytes);
    if (sealed.nonce.size() != crypto_aead_xchacha20poly1305_ietf_NPUBBYTES ||
        sealed.ciphertext.size() < crypto_aead_xchacha20poly1305_ietf_ABYTES)
        return std::nullopt;
    std::string out(sealed.ciphertext.size() - crypto_aead_xchacha20poly1305_ietf_ABYTES, '\0');
    unsigned long long written = 0;
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(
            bytes_of(out), &written, nullptr, bytes_of(sealed.ciphertext), sealed.ciphertext.size(),
            bytes_of(purpose), purpose.size(), bytes_of(sealed.nonce), bytes_of(key)) != 0)
        return std::nullopt;
    return out;
}

} // namespace mnara::crypto
