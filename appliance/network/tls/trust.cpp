#include "network/tls/trust.hpp"

#include "network/tls/error.hpp"
#include "network/tls/x509.hpp"

#include <fmt/format.h>
#include <fstream>
#include <sstream>

namespace mnara::network::tls {

namespace {

std::string date_of(UnixTime at)
{
    const std::chrono::year_month_day day(std::chrono::floor<std::chrono::days>(at));
    return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(day.year()),
                       static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()));
}

} // namespace

TrustedRoots::TrustedRoots(const std::string& path) : parts_(std::make_unique<Parts>())
{
    std::ifstream file(path);
    std::ostringstream text;
    text << file.rdbuf();
    if (!file || text.str().empty())
        throw TlsError("the file of trusted certificates " + path +
                       " cannot be read. Install ca-certificates, or set ca_file");
    if (const int code = parse_chain(parts_->chain, text.str()); code < 0)
        throw TlsError("the file of trusted certificates " + path +
                       " holds none that can be read: " + words(code));
}

TrustedRoots::~TrustedRoots() = default;

std::string wrong_name(const std::string& host, const CertificateFacts& facts)
{
    std::string names;
    for (const std::string& name : facts.names)
        names += (names.empty() ? "" : ", ") + name;
    return fmt::format("the certificate is for {}, not for {}", names.empty() ? "no name" : names,
                       host);
}

std::string why_not_trusted(std::uint32_t flags, const std::string& host,
                            const CertificateFacts& facts)
{
    if ((flags & MBEDTLS_X509_BADCERT_EXPIRED) != 0)
        return fmt::format("the certificate expired on {}", date_of(facts.valid_until));
    if ((flags & MBEDTLS_X509_BADCERT_FUTURE) != 0)
        return fmt::format("the certificate is valid only from {} on; is the clock right?",
                           date_of(facts.valid_from));
    if ((flags & MBEDTLS_X509_BADCERT_NOT_TRUSTED) != 0)
        return fmt::format("the certificate of {} was issued by nobody this box trusts",
                           facts.subject);
    if ((flags & MBEDTLS_X509_BADCERT_CN_MISMATCH) != 0)
        return wrong_name(host, facts);
    return fmt::format("the certificate is not acceptable (0x{:x})", flags);
}

} // namespace mnara::network::tls
