#include "network/tls/issuer.hpp"

#include "network/tls/error.hpp"
#include "network/tls/x509.hpp"

#include <array>
#include <fmt/format.h>
#include <mbedtls/bignum.h>
#include <mbedtls/oid.h>
#include <mbedtls/pem.h>
#include <vector>

namespace mnara::network::tls {

namespace {

constexpr const char* kCaFrom = "20250101000000";
constexpr const char* kCaUntil = "20491231235959";
constexpr std::size_t kSerialBytes = 16;
constexpr std::size_t kDerMax = 16 * 1024;
constexpr Seconds kBackdated = std::chrono::days(1);

std::string asn1_time(UnixTime at)
{
    const auto day = std::chrono::floor<std::chrono::days>(at);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss clock(at - day);
    return fmt::format("{:04}{:02}{:02}{:02}{:02}{:02}", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                       clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

void make_key(const Rng& rng, Key& key)
{
    require(mbedtls_pk_setup(key.get(), mbedtls_pk_info_from_type(MBEDTLS_PK_ECKEY)), "a TLS key");
    require(mbedtls_ecp_gen_key(MBEDTLS_ECP_DP_SECP256R1, mbedtls_pk_ec(*key.get()), &Rng::fill,
                                rng.state()),
            "a TLS key");
}

std::string key_pem(Key& key)
{
    std::array<unsigned char, 2048> text{};
    require(mbedtls_pk_write_key_pem(key.get(), text.data(), text.size()), "a TLS key as PEM");
    std::string pem(reinterpret_cast<const char*>(text.data()));
    text.fill(0);
    return pem;
}

// One element of DER. Lengths here stay below 64 KiB.
std::string element(unsigned char tag, const std::string& content)
{
    const auto byte = [](std::size_t value) { return static_cast<char>(value & 0xffU); };
    std::string der(1, static_cast<char>(tag));
    const std::size_t size = content.size();
    if (size < 0x80)
        der += byte(size);
    else if (size < 0x100)
        der += std::string{byte(0x81), byte(size)};
    else
        der += std::string{byte(0x82), byte(size >> 8U), byte(size)};
    return der + content;
}

// RFC 5280 4.2.1.6. mbedTLS 2.28 reads this extension but has no function that writes it.
std::string subject_alt_names(const std::set<std::string>& names)
{
    constexpr unsigned char kDnsName = 0x82;
    constexpr unsigned char kIpAddress = 0x87;
    constexpr unsigned char kSequence = 0x30;
    std::string list;
    for (const std::string& name : names) {
        const std::string address = address_bytes(name);
        list += address.empty() ? element(kDnsName, name) : element(kIpAddress, address);
    }
    return element(kSequence, list);
}

void add_extension(CertificateDraft& draft, const char* oid, std::size_t oid_size,
                   const std::string& der)
{
    require(mbedtls_x509write_crt_set_extension(draft.get(), oid, oid_size, 0,
                                                reinterpret_cast<const unsigned char*>(der.data()),
                                                der.size()),
            "an extension of a certificate");
}

void begin(const Rng& rng, CertificateDraft& draft)
{
    mbedtls_x509write_crt_set_version(draft.get(), MBEDTLS_X509_CRT_VERSION_3);
    mbedtls_x509write_crt_set_md_alg(draft.get(), MBEDTLS_MD_SHA256);
    Owned<mbedtls_mpi, mbedtls_mpi_init, mbedtls_mpi_free> serial;
    std::array<unsigned char, kSerialBytes> bytes{};
    require(Rng::fill(rng.state(), bytes.data(), bytes.size()), "a serial number");
    bytes[0] = static_cast<unsigned char>((bytes[0] & 0x3fU) | 0x40U); // positive, always as long
    require(mbedtls_mpi_read_binary(serial.get(), bytes.data(), bytes.size()), "a serial number");
    require(mbedtls_x509write_crt_set_serial(draft.get(), serial.get()), "a serial number");
}

std::string sign(const Rng& rng, CertificateDraft& draft)
{
    std::vector<unsigned char> der(kDerMax);
    const int size =
        mbedtls_x509write_crt_der(draft.get(), der.data(), der.size(), &Rng::fill, rng.state());
    require(size, "a certificate");
    const auto length = static_cast<std::size_t>(size);
    std::vector<unsigned char> pem(2 * kDerMax);
    std::size_t written = 0;
    require(mbedtls_pem_write_buffer("-----BEGIN CERTIFICATE-----\n", "-----END CERTIFICATE-----\n",
                                     der.data() + der.size() - length, length, pem.data(),
                                     pem.size(), &written),
            "a certificate as PEM");
    return {reinterpret_cast<const char*>(pem.data())}; // up to its NUL
}

} // namespace

PemPair make_ca(const Rng& rng, const std::string& name)
{
    Key key;
    make_key(rng, key);
    CertificateDraft draft;
    begin(rng, draft);
    const std::string subject = "O=Mnara,CN=" + name;
    require(mbedtls_x509write_crt_set_subject_name(draft.get(), subject.c_str()), "a CA's name");
    require(mbedtls_x509write_crt_set_issuer_name(draft.get(), subject.c_str()), "a CA's name");
    mbedtls_x509write_crt_set_subject_key(draft.get(), key.get());
    mbedtls_x509write_crt_set_issuer_key(draft.get(), key.get());
    require(mbedtls_x509write_crt_set_validity(draft.get(), kCaFrom, kCaUntil), "a CA's dates");
    require(mbedtls_x509write_crt_set_basic_constraints(draft.get(), 1, 0), "a CA");
    require(mbedtls_x509write_crt_set_key_usage(draft.get(), MBEDTLS_X509_KU_KEY_CERT_SIGN |
                                                                 MBEDTLS_X509_KU_CRL_SIGN),
            "a CA");
    require(mbedtls_x509write_crt_set_subject_key_identifier(draft.get()), "a CA");
    return {sign(rng, draft), key_pem(key)};
}

PemPair make_server_certificate(const Rng& rng, const PemPair& ca,
                                const std::set<std::string>& names, UnixTime now)
{
    Chain ca_chain;
    Key ca_key;
    require(parse_chain(ca_chain, ca.certificate), "the box's own CA");
    require(mbedtls_pk_parse_key(ca_key.get(),
                                 reinterpret_cast<const unsigned char*>(ca.key.c_str()),
                                 ca.key.size() + 1, nullptr, 0),
            "the key of the box's own CA");
    std::array<char, 256> issuer{};
    require(mbedtls_x509_dn_gets(issuer.data(), issuer.size(), &ca_chain->subject),
            "the name of the box's own CA");
    Key key;
    make_key(rng, key);
    CertificateDraft draft;
    begin(rng, draft);
    require(mbedtls_x509write_crt_set_issuer_name(draft.get(), issuer.data()), "an issuer");
    require(mbedtls_x509write_crt_set_subject_name(draft.get(), "O=Mnara,CN=Mnara box"), "a name");
    mbedtls_x509write_crt_set_subject_key(draft.get(), key.get());
    mbedtls_x509write_crt_set_issuer_key(draft.get(), ca_key.get());
    require(mbedtls_x509write_crt_set_validity(draft.get(), asn1_time(now - kBackdated).c_str(),
                                               asn1_time(now - kBackdated + kServerLife).c_str()),
            "a certificate's dates");
    require(mbedtls_x509write_crt_set_basic_constraints(draft.get(), 0, -1), "a certificate");
    require(mbedtls_x509write_crt_set_key_usage(draft.get(), MBEDTLS_X509_KU_DIGITAL_SIGNATURE),
            "a certificate");
    require(mbedtls_x509write_crt_set_subject_key_identifier(draft.get()), "a certificate");
    require(mbedtls_x509write_crt_set_authority_key_identifier(draft.get()), "a certificate");
    // SEQUENCE { id-kp-serverAuth }: browsers refuse a server's certificate without it.
    add_extension(
        draft, MBEDTLS_OID_EXTENDED_KEY_USAGE, MBEDTLS_OID_SIZE(MBEDTLS_OID_EXTENDED_KEY_USAGE),
        element(0x30, element(0x06, std::string(MBEDTLS_OID_SERVER_AUTH,
                                                MBEDTLS_OID_SIZE(MBEDTLS_OID_SERVER_AUTH)))));
    add_extension(draft, MBEDTLS_OID_SUBJECT_ALT_NAME,
                  MBEDTLS_OID_SIZE(MBEDTLS_OID_SUBJECT_ALT_NAME), subject_alt_names(names));
    return {sign(rng, draft), key_pem(key)};
}

bool is_signed_by(const std::string& certificate_pem, const std::string& ca_pem)
{
    constexpr std::uint32_t kOfTime = MBEDTLS_X509_BADCERT_EXPIRED | MBEDTLS_X509_BADCERT_FUTURE;
    Chain chain;
    Chain ca;
    if (parse_chain(chain, certificate_pem) != 0 || parse_chain(ca, ca_pem) != 0)
        return false;
    std::uint32_t flags = 0;
    const int code =
        mbedtls_x509_crt_verify(chain.get(), ca.get(), nullptr, nullptr, &flags, nullptr, nullptr);
    return code == 0 || (code == MBEDTLS_ERR_X509_CERT_VERIFY_FAILED && (flags & ~kOfTime) == 0);
}

} // namespace mnara::network::tls
