// The certificates this box makes, as texts and as files.
#include "network/tls/certificate_folder.hpp"
#include "network/tls/outgoing.hpp"
#include "unit/catch.hpp"
#include "unit/tls_world.hpp"

#include <sys/stat.h>

using namespace mnara;
using namespace mnara::network::tls;

namespace {

mode_t mode_of(const std::string& path)
{
    struct stat facts
    {
    };
    REQUIRE(::stat(path.c_str(), &facts) == 0);
    return facts.st_mode & 07777;
}

} // namespace

TEST_CASE("a server certificate is for names and addresses, and signed by the CA it says")
{
    const Rng rng;
    const PemPair ca = make_ca(rng, "one");
    const PemPair other = make_ca(rng, "one");
    const UnixTime now = unix_time(1'795'000'000);
    const std::set<std::string> names{"box.example", "localhost", "127.0.0.1", "2001:db8::1"};
    const PemPair made = make_server_certificate(rng, ca, names, now);
    const CertificateFacts facts = certificate_facts(made.certificate).value();
    CHECK(facts.names == names);
    CHECK(facts.valid_from == now - std::chrono::days(1));
    CHECK(facts.valid_until == facts.valid_from + kServerLife);
    CHECK(facts.fingerprint.size() == 64);
    CHECK(is_signed_by(made.certificate, ca.certificate));
    CHECK_FALSE(is_signed_by(made.certificate, other.certificate)); // of the same name
    CHECK_FALSE(is_signed_by("", ca.certificate));
}

TEST_CASE("a certificate for hundreds of names is read back whole")
{
    const Rng rng;
    std::set<std::string> names;
    for (int number = 0; number < 300; ++number)
        names.insert("host-" + std::to_string(number) + ".example");
    const PemPair made =
        make_server_certificate(rng, make_ca(rng, "one"), names, unix_time(1'795'000'000));
    CHECK(certificate_facts(made.certificate)->names == names);
}

TEST_CASE("the dates of a CA do not depend on the clock of its first start")
{
    const Rng rng;
    const CertificateFacts facts = certificate_facts(make_ca(rng, "x").certificate).value();
    CHECK(facts.valid_from == unix_time(1'735'689'600));
    CHECK(facts.valid_until == unix_time(2'524'607'999));
}

TEST_CASE("credentials refuse a key of another certificate, and what is none, in words")
{
    const Rng rng;
    const PemPair ca = make_ca(rng, "one");
    const PemPair a = make_server_certificate(rng, ca, {"a"}, unix_time(1'795'000'000));
    const PemPair b = make_server_certificate(rng, ca, {"b"}, unix_time(1'795'000'000));
    CHECK(Credentials::from_pem(a.certificate, a.key).has_value());
    CHECK(Credentials::from_pem(a.certificate + ca.certificate, a.key).has_value());
    CHECK(Credentials::from_pem(a.certificate, b.key).error() ==
          "the key is not the key of this certificate");
    CHECK(Credentials::from_pem("nonsense", b.key).error().find("certificate cannot be read") !=
          std::string::npos);
    CHECK(Credentials::from_pem(a.certificate, "nonsense").error().find("key cannot be read") !=
          std::string::npos);
    CHECK_FALSE(Credentials::from_pem(a.certificate + "-----BEGIN CERTIFICATE-----\nxx\n"
                                                      "-----END CERTIFICATE-----\n",
                                      a.key)
                    .has_value());
}

TEST_CASE("the CA is made once, private, and never written over")
{
    const Rng rng;
    const TempFolder temp;
    const std::string folder = temp.path() + "/tls";
    std::string first;
    {
        const CertificateFolder made(folder, rng);
        CHECK(made.has_made_ca());
        first = made.ca().certificate;
    }
    CHECK(mode_of(folder) == 0700);
    CHECK(mode_of(folder + "/ca.pem") == 0600);
    CHECK(mode_of(folder + "/ca.crt") == 0644);
    CHECK(read_text(folder + "/ca.crt") == first);
    CHECK(read_text(folder + "/ca.crt")->find("PRIVATE") == std::string::npos);
    const std::string whole = *read_text(folder + "/ca.pem");
    const CertificateFolder again(folder, rng);
    CHECK_FALSE(again.has_made_ca());
    CHECK(again.ca().certificate == first);
    CHECK(read_text(folder + "/ca.pem") == whole);

    std::ofstream(folder + "/ca.pem") << "garbled";
    CHECK_THROWS_WITH(CertificateFolder(folder, rng),
                      Catch::Matchers::Contains("cannot be used") &&
                          Catch::Matchers::Contains("Nothing was changed"));
    CHECK(read_text(folder + "/ca.pem") == "garbled");
}

TEST_CASE("a stored server certificate comes back with its key, and only whole")
{
    const Rng rng;
    const TempFolder temp;
    const CertificateFolder folder(temp.path() + "/tls", rng);
    CHECK_FALSE(folder.server().has_value());
    const PemPair made = make_server_certificate(rng, folder.ca(), {"a"}, unix_time(1'795'000'000));
    folder.put_server(made);
    CHECK(mode_of(temp.path() + "/tls/server.pem") == 0600);
    CHECK(folder.server()->certificate == made.certificate);
    CHECK(folder.server()->key == made.key);
    std::ofstream(temp.path() + "/tls/server.pem") << made.certificate; // its key is lost
    CHECK_FALSE(folder.server().has_value());
}

TEST_CASE("a pin is the SHA-256 of a certificate or of its key, however it is written")
{
    CertificateFacts facts;
    facts.fingerprint = std::string(62, 'a') + "01";
    facts.key_pin = std::string(62, 'b') + "02";
    CHECK(has_pin(facts, facts.fingerprint));
    CHECK(has_pin(facts, facts.key_pin));
    std::string with_colons;
    for (std::size_t at = 0; at < 64; at += 2)
        with_colons += (at == 0 ? "" : ":") + std::string(at < 62 ? "AA" : "01");
    CHECK(has_pin(facts, with_colons));
    CHECK_FALSE(has_pin(facts, std::string(64, 'a')));
    CHECK_FALSE(has_pin(facts, ""));
}
