#include "network/tls/credentials.hpp"

#include "core/crypto.hpp"
#include "network/tls/error.hpp"
#include "network/tls/x509.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>

namespace mnara::network::tls {

namespace {

// The kind of a GeneralName (RFC 5280 4.2.1.6) in the low bits of its tag.
constexpr int kTagNumber = 0x1f;
constexpr int kDnsName = 2;
constexpr int kIpAddress = 7;

std::string sha256_hex(const mbedtls_x509_buf& bytes)
{
    return crypto::sha256_hex({reinterpret_cast<const char*>(bytes.p), bytes.len});
}

UnixTime time_of(const mbedtls_x509_time& time)
{
    using namespace std::chrono;
    const sys_days day = year{time.year} / month{static_cast<unsigned>(time.mon)} /
                         std::chrono::day{static_cast<unsigned>(time.day)};
    return UnixTime{day + hours{time.hour} + minutes{time.min} + seconds{time.sec}};
}

// Of 4 or 16 bytes; empty for anything else.
std::string address_text(std::string_view bytes)
{
    std::array<char, INET6_ADDRSTRLEN> text{};
    const int family = bytes.size() == 4 ? AF_INET : AF_INET6;
    if ((bytes.size() != 4 && bytes.size() != 16) ||
        ::inet_ntop(family, bytes.data(), text.data(), text.size()) == nullptr)
        return {};
    return text.data();
}

std::string in_small_letters(std::string name)
{
    std::transform(name.begin(), name.end(), name.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return name;
}

} // namespace

int parse_chain(Chain& chain, const std::string& pem)
{
    // mbedTLS wants the NUL behind a PEM text counted. A positive answer counts certificates that
    // it could not read: each of a chain that is presented has to be right.
    return mbedtls_x509_crt_parse(chain.get(), reinterpret_cast<const unsigned char*>(pem.c_str()),
                                  pem.size() + 1);
}

std::string address_bytes(const std::string& text)
{
    std::array<char, 16> bytes{};
    if (::inet_pton(AF_INET, text.c_str(), bytes.data()) == 1)
        return {bytes.data(), 4};
    if (::inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1)
        return {bytes.data(), 16};
    return {};
}

std::string as_in_certificate(const std::string& name)
{
    const std::string bytes = address_bytes(name);
    return bytes.empty() ? in_small_letters(name) : address_text(bytes);
}

std::set<std::string> names_of(const mbedtls_x509_crt& certificate)
{
    std::set<std::string> names;
    for (const auto* at = &certificate.subject_alt_names; at != nullptr; at = at->next) {
        const int kind = at->buf.tag & kTagNumber;
        if (at->buf.p == nullptr)
            continue;
        const std::string bytes(reinterpret_cast<const char*>(at->buf.p), at->buf.len);
        std::string name;
        if (kind == kDnsName)
            name = in_small_letters(bytes);
        else if (kind == kIpAddress)
            name = address_text(bytes);
        if (!name.empty())
            names.insert(std::move(name));
    }
    return names;
}

CertificateFacts facts_of(const mbedtls_x509_crt& certificate)
{
    std::array<char, 256> subject{};
    mbedtls_x509_dn_gets(subject.data(), subject.size(), &certificate.subject);
    return {subject.data(),
            sha256_hex(certificate.raw),
            sha256_hex(certificate.pk_raw),
            time_of(certificate.valid_from),
            time_of(certificate.valid_to),
            names_of(certificate)};
}

Result<CertificateFacts, std::string> certificate_facts(const std::string& pem)
{
    Chain chain;
    if (const int code = parse_chain(chain, pem); code != 0)
        return refuse("the certificate cannot be read: " + words(code));
    return facts_of(*chain.get());
}

Credentials::Credentials() : parts_(std::make_unique<Parts>()) {}

Credentials::~Credentials() = default;

Result<std::shared_ptr<const Credentials>, std::string>
Credentials::from_pem(const std::string& chain_pem, const std::string& key_pem)
{
    const std::shared_ptr<Credentials> it(new Credentials());
    Parts& parts = *it->parts_;
    if (const int code = parse_chain(parts.chain, chain_pem); code != 0)
        return refuse(code < 0 ? "the certificate cannot be read: " + words(code)
                               : std::string("one certificate of the chain cannot be read"));
    const int code = mbedtls_pk_parse_key(parts.key.get(),
                                          reinterpret_cast<const unsigned char*>(key_pem.c_str()),
                                          key_pem.size() + 1, nullptr, 0);
    if (code == MBEDTLS_ERR_PK_PASSWORD_REQUIRED)
        return refuse(std::string("the key is protected by a password; give it without one"));
    if (code != 0)
        return refuse("the key cannot be read: " + words(code));
    if (mbedtls_pk_check_pair(&parts.chain->pk, parts.key.get()) != 0)
        return refuse(std::string("the key is not the key of this certificate"));
    it->facts_ = facts_of(*parts.chain.get());
    it->chain_fingerprint_ = crypto::sha256_hex(chain_pem);
    return std::shared_ptr<const Credentials>(it);
}

} // namespace mnara::network::tls
