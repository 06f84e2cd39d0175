#include "passwords.hpp"

#include <algorithm>
#include <cstring>
#include <mbedtls/des.h>
#include <mbedtls/md4.h>
#include <mbedtls/sha1.h>

namespace bench {

namespace {

constexpr std::uint8_t kMsChapChallenge = 11, kMsChap2Response = 25; // RFC 2548

std::string_view view(const Bytes16& bytes)
{
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// RFC 2865 section 5.2; these passwords are at most one block long.
std::string hidden(std::string_view password, std::string_view secret, const Bytes16& authenticator)
{
    const Bytes16 pad = md5(secret, view(authenticator));
    std::string block(16, '\0');
    password.copy(block.data(), block.size());
    for (std::size_t i = 0; i < block.size(); ++i)
        block[i] = static_cast<char>(block[i] ^ pad[i]);
    return block;
}

// One DES block under seven bytes of key; DES keeps a bit of each of its eight for parity.
void des_block(const unsigned char* seven, const unsigned char* text, unsigned char* out)
{
    std::uint64_t bits = 0;
    for (int i = 0; i < 7; ++i)
        bits = bits << 8 | seven[i];
    unsigned char key[8];
    for (int i = 0; i < 8; ++i)
        key[i] = static_cast<unsigned char>((bits >> (49 - 7 * i) & 0x7F) << 1);
    mbedtls_des_context context;
    mbedtls_des_init(&context);
    mbedtls_des_setkey_enc(&context, key);
    mbedtls_des_crypt_ecb(&context, text, out);
    mbedtls_des_free(&context);
}

// The NT-Response (RFC 2759 section 8.1); the password is ASCII.
std::string nt_response(const Bytes16& challenge, const Bytes16& peer_challenge,
                        std::string_view user, std::string_view password)
{
    std::string mixed(view(peer_challenge));
    mixed += view(challenge);
    mixed += user;
    unsigned char digest[20];
    mbedtls_sha1_ret(reinterpret_cast<const unsigned char*>(mixed.data()), mixed.size(), digest);
    std::string wide;
    for (const char letter : password)
        wide += {letter, '\0'};
    unsigned char hash[21] = {};
    mbedtls_md4_ret(reinterpret_cast<const unsigned char*>(wide.data()), wide.size(), hash);
    std::string response(24, '\0');
    for (std::size_t part = 0; part < 3; ++part)
        des_block(hash + 7 * part, digest,
                  reinterpret_cast<unsigned char*>(response.data()) + 8 * part);
    return response;
}

} // namespace

Bytes16 any_bytes(std::mt19937_64& chance)
{
    const std::uint64_t words[2] = {chance(), chance()};
    Bytes16 bytes{};
    std::memcpy(bytes.data(), words, bytes.size());
    return bytes;
}

void add_password(Packet& packet, Method method, std::string_view user, std::string_view password,
                  std::string_view secret, const Bytes16& authenticator, std::mt19937_64& chance)
{
    if (method == Method::Pap) {
        packet.add(type::kUserPassword, hidden(password, secret, authenticator));
        return;
    }
    const Bytes16 challenge = any_bytes(chance);
    const std::string id(1, static_cast<char>(chance()));
    if (method == Method::Chap) {
        packet.add(type::kChapPassword, id + std::string(view(md5(id, password, view(challenge)))));
        packet.add(type::kChapChallenge, view(challenge));
        return;
    }
    const Bytes16 peer = any_bytes(chance);
    packet.add_microsoft(kMsChapChallenge, view(challenge));
    packet.add_microsoft(kMsChap2Response, id + std::string(1, '\0') + std::string(view(peer)) +
                                               std::string(8, '\0') +
                                               nt_response(challenge, peer, user, password));
}

} // namespace bench
