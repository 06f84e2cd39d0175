#include "packets.hpp"

#include <cstring>
#include <mbedtls/md.h>
#include <mbedtls/md5.h>

namespace bench {

namespace {

constexpr std::size_t kHeader = 20;
constexpr std::size_t kAuthenticatorAt = 4;
constexpr std::uint32_t kMicrosoft = 311;

std::string_view view(const Bytes16& bytes)
{
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
const unsigned char* raw(std::string_view text)
{
    return reinterpret_cast<const unsigned char*>(text.data());
}

Bytes16 hmac_md5(std::string_view key, std::string_view text)
{
    Bytes16 out{};
    mbedtls_md_hmac(mbedtls_md_info_from_type(MBEDTLS_MD_MD5), raw(key), key.size(), raw(text),
                    text.size(), out.data());
    return out;
}

std::string big_endian(std::uint32_t value)
{
    return {static_cast<char>(value >> 24), static_cast<char>(value >> 16),
            static_cast<char>(value >> 8), static_cast<char>(value)};
}

std::size_t stated_length(std::string_view packet)
{
    return static_cast<std::size_t>(static_cast<unsigned char>(packet[2])) << 8 |
           static_cast<unsigned char>(packet[3]);
}

} // namespace

Bytes16 md5(std::string_view first, std::string_view second, std::string_view third,
            std::string_view fourth)
{
    Bytes16 out{};
    mbedtls_md5_context context;
    mbedtls_md5_init(&context);
    mbedtls_md5_starts_ret(&context);
    for (const std::string_view part : {first, second, third, fourth})
        mbedtls_md5_update_ret(&context, raw(part), part.size());
    mbedtls_md5_finish_ret(&context, out.data());
    mbedtls_md5_free(&context);
    return out;
}

Packet::Packet(Kind kind, std::uint8_t id, const Bytes16& authenticator) : kind_(kind)
{
    bytes_.reserve(400);
    bytes_ = {static_cast<char>(kind), static_cast<char>(id), '\0', '\0'};
    bytes_ += view(authenticator);
    if (kind == Kind::AccessRequest) // first, as RouterOS sends it
        add(type::kMessageAuthenticator, std::string(16, '\0'));
}

void Packet::add(std::uint8_t type, std::string_view value)
{
    bytes_ += static_cast<char>(type);
    bytes_ += static_cast<char>(value.size() + 2);
    bytes_ += value;
}

void Packet::add_number(std::uint8_t type, std::uint32_t value)
{
    add(type, big_endian(value));
}

void Packet::add_microsoft(std::uint8_t type, std::string_view value)
{
    std::string inside = big_endian(kMicrosoft);
    inside += static_cast<char>(type);
    inside += static_cast<char>(value.size() + 2);
    inside += value;
    add(type::kVendorSpecific, inside);
}

const std::string& Packet::sign(std::string_view secret)
{
    bytes_[2] = static_cast<char>(bytes_.size() >> 8);
    bytes_[3] = static_cast<char>(bytes_.size());
    if (kind_ == Kind::AccessRequest) {
        const Bytes16 proof = hmac_md5(secret, bytes_);
        std::memcpy(bytes_.data() + kHeader + 2, proof.data(), proof.size());
    } else {
        std::memset(bytes_.data() + kAuthenticatorAt, 0, 16);
        const Bytes16 proof = md5(bytes_, secret);
        std::memcpy(bytes_.data() + kAuthenticatorAt, proof.data(), proof.size());
    }
    return bytes_;
}

std::optional<Reply> read_reply(std::string_view reply, std::string_view request,
                                std::string_view secret)
{
    if (reply.size() < kHeader || stated_length(reply) != reply.size() || reply[1] != request[1])
        return std::nullopt;
    const std::string_view asked = request.substr(kAuthenticatorAt, 16);
    const Bytes16 proof =
        md5(reply.substr(0, kAuthenticatorAt), asked, reply.substr(kHeader), secret);
    if (std::memcmp(proof.data(), reply.data() + kAuthenticatorAt, proof.size()) != 0)
        return std::nullopt;
    Reply read{static_cast<Kind>(reply[0]), {}, false};
    for (std::size_t at = kHeader; at < reply.size();) {
        const std::size_t size =
            at + 1 < reply.size() ? static_cast<unsigned char>(reply[at + 1]) : 0;
        if (size < 2 || at + size > reply.size())
            return std::nullopt;
        const auto kind = static_cast<std::uint8_t>(reply[at]);
        if (kind == type::kClass)
            read.class_text = reply.substr(at + 2, size - 2);
        if (kind == type::kMessageAuthenticator) {
            if (size != 18)
                return std::nullopt;
            std::string copy(reply);
            copy.replace(kAuthenticatorAt, 16, asked);
            copy.replace(at + 2, 16, std::string(16, '\0'));
            if (view(hmac_md5(secret, copy)) != reply.substr(at + 2, 16))
                return std::nullopt;
            read.has_message_authenticator = true;
        }
        at += size;
    }
    return read;
}

} // namespace bench
