#include "domain/totp.hpp"

#include "core/sha1.hpp"

#include <fmt/format.h>

namespace mnara::domain {

namespace {

constexpr std::int64_t kStepSeconds = 30;
constexpr std::uint32_t kCodes = 1'000'000;

std::string percent_encoded(std::string_view text)
{
    std::string out;
    for (const char c : text) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                           (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
        if (plain)
            out += c;
        else
            out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return out;
}

// Looks at every character whatever the first ones are.
bool same(std::string_view a, std::string_view b)
{
    unsigned differ = a.size() == b.size() ? 0 : 1;
    for (std::size_t i = 0; i < a.size() && i < b.size(); ++i)
        differ |= static_cast<unsigned>(static_cast<unsigned char>(a[i]) ^
                                        static_cast<unsigned char>(b[i]));
    return differ == 0;
}

} // namespace

std::int64_t totp_step(UnixTime at)
{
    return to_seconds(at) / kStepSeconds;
}

std::string totp_code(std::string_view secret, std::int64_t step)
{
    std::string counter;
    for (int shift = 56; shift >= 0; shift -= 8)
        counter += static_cast<char>(
            static_cast<std::uint64_t>(step) >> static_cast<unsigned>(shift) & 0xFFU);
    const std::string mac = hmac_sha1(secret, counter);
    const std::size_t at = static_cast<unsigned char>(mac.back()) & 0x0FU;
    std::uint32_t number = 0;
    for (std::size_t i = 0; i < 4; ++i)
        number = number << 8U | static_cast<unsigned char>(mac[at + i]);
    return fmt::format("{:06}", (number & 0x7FFFFFFFU) % kCodes);
}

std::optional<std::int64_t> find_totp_step(std::string_view secret, std::string_view code,
                                           UnixTime now, std::int64_t last_used)
{
    std::optional<std::int64_t> found;
    for (const std::int64_t offset : {-1, 0, 1}) {
        const std::int64_t step = totp_step(now) + offset;
        if (same(totp_code(secret, step), code) && step > last_used && !found)
            found = step;
    }
    return found;
}

std::string to_base32(std::string_view bytes)
{
    constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    std::string out;
    std::uint32_t held = 0;
    unsigned bits = 0;
    for (const char c : bytes) {
        held = (held << 8U | static_cast<unsigned char>(c)) & 0xFFFU;
        bits += 8;
        for (; bits >= 5; bits -= 5)
            out += alphabet[held >> (bits - 5) & 31U];
    }
    if (bits > 0)
        out += alphabet[held << (5 - bits) & 31U];
    return out;
}

std::string otpauth_url(std::string_view issuer, std::string_view login, std::string_view secret)
{
    const std::string name = percent_encoded(issuer);
    return fmt::format("otpauth://totp/{}:{}?secret={}&issuer={}", name, percent_encoded(login),
                       to_base32(secret), name);
}

} // namespace mnara::domain
