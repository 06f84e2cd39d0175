// Which certificate the box shows: its own, made anew in time, or the owner's where it is good.
#include "network/tls/box_certificate.hpp"
#include "unit/catch.hpp"
#include "unit/house.hpp"
#include "unit/tls_world.hpp"

using namespace mnara;
using network::tls::BoxCertificate;
using network::tls::make_ca;
using network::tls::make_server_certificate;
using network::tls::PemPair;

namespace {

struct Box : House
{
    Box() { names = {"box.example", "127.0.0.1"}; }

    [[nodiscard]] network::tls::BoxCertificateSettings settings(bool with_owners = false)
    {
        return {folder.path() + "/tls", with_owners ? certificate_path() : "",
                with_owners ? key_path() : "", [this] { return names; }};
    }
    [[nodiscard]] std::string certificate_path() const { return folder.path() + "/owner.crt"; }
    [[nodiscard]] std::string key_path() const { return folder.path() + "/owner.key"; }
    void put(const PemPair& pair) const
    {
        std::ofstream(certificate_path()) << pair.certificate;
        std::ofstream(key_path()) << pair.key;
        std::filesystem::permissions(key_path(), std::filesystem::perms::owner_all);
    }
    // Of a public CA, as far as the box is concerned.
    [[nodiscard]] PemPair bought(const std::string& name) const
    {
        return make_server_certificate(rng, make_ca(rng, "public"), {name}, clock.now());
    }
    std::string alert()
    {
        return db.read([](storage::ReadTx& tx) {
            auto q = tx.query("SELECT detail FROM alert WHERE key = 'tls_certificate' "
                              "AND closed_at IS NULL");
            return q.step() ? q.get<std::string>(0) : std::string();
        });
    }

    const network::tls::Rng rng;
    std::set<std::string> names;
};

bool has(const std::string& text, const std::string& part)
{
    return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("the box makes a CA and a certificate at its first start and keeps both")
{
    Box box;
    std::string first;
    std::string ca;
    {
        const BoxCertificate certificate(box.context, box.settings());
        first = certificate.facts().fingerprint;
        ca = certificate.ca_facts().fingerprint;
        CHECK(certificate.facts().names == box.names);
        CHECK(certificate.current() != nullptr);
        CHECK_FALSE(certificate.is_owners());
        CHECK(network::tls::is_signed_by(
            *network::tls::read_text(box.folder.path() + "/tls/server.pem"), certificate.ca_pem()));
    }
    box.clock.advance(std::chrono::days(100));
    const BoxCertificate again(box.context, box.settings());
    CHECK(again.facts().fingerprint == first);
    CHECK(again.ca_facts().fingerprint == ca);
    CHECK(box.alert().empty());
}

TEST_CASE("a name that the certificate says in another form is no new name")
{
    Box box;
    box.names = {"Box.Example", "2001:db8:0:0::1", "2001:0DB8::2", "127.0.0.1"};
    BoxCertificate certificate(box.context, box.settings());
    const std::string first = certificate.facts().fingerprint;
    CHECK(certificate.facts().names ==
          std::set<std::string>{"box.example", "2001:db8::1", "2001:db8::2", "127.0.0.1"});
    for (int times = 0; times < 3; ++times)
        certificate.step();
    CHECK(certificate.facts().fingerprint == first);
    CHECK(BoxCertificate(box.context, box.settings()).facts().fingerprint == first);
}

TEST_CASE("the box's certificate is made anew before its end, for a new name, and after a clock "
          "that was wrong")
{
    Box box;
    BoxCertificate certificate(box.context, box.settings());
    auto changed = [&, last = certificate.facts().fingerprint]() mutable {
        const auto before = certificate.current();
        certificate.step();
        const bool is_new = certificate.facts().fingerprint != last;
        CHECK((certificate.current() != before) == is_new); // connections get it, or nothing moves
        last = certificate.facts().fingerprint;
        return is_new;
    };
    CHECK_FALSE(changed());
    box.clock.advance(std::chrono::days(365));
    CHECK_FALSE(changed());
    box.clock.advance(std::chrono::days(2)); // less than 30 days are left
    CHECK(changed());
    CHECK_FALSE(changed());
    box.names.insert("new.example");
    CHECK(changed());
    CHECK(certificate.facts().names.contains("new.example"));
    box.names.erase("new.example"); // for more than is needed is good enough
    CHECK_FALSE(changed());
    const UnixTime now = box.clock.now();
    box.clock.jump_to(unix_time(86'400 * 365));
    CHECK(changed());
    box.clock.jump_to(now);
    CHECK(changed());
    CHECK(certificate.ca_facts().valid_from < now);
}

TEST_CASE("a server certificate of another CA is not kept")
{
    Box box;
    std::string first;
    {
        const BoxCertificate certificate(box.context, box.settings());
        first = certificate.facts().fingerprint;
    }
    std::filesystem::remove(box.folder.path() + "/tls/ca.pem");
    const BoxCertificate certificate(box.context, box.settings());
    CHECK(certificate.facts().fingerprint != first);
    CHECK(network::tls::is_signed_by(
        *network::tls::read_text(box.folder.path() + "/tls/server.pem"), certificate.ca_pem()));
}

TEST_CASE("the owner's certificate is shown, and a new one in its place within a step")
{
    Box box;
    box.put(box.bought("a.example"));
    BoxCertificate certificate(box.context, box.settings(true));
    CHECK(certificate.is_owners());
    CHECK(certificate.facts().names == std::set<std::string>{"a.example"});
    box.put(box.bought("b.example"));
    certificate.step();
    CHECK(certificate.facts().names == std::set<std::string>{"b.example"});
    CHECK(box.alert().empty());
}

TEST_CASE("an issuer that was forgotten in the owner's chain and added later is shown")
{
    Box box;
    const PemPair issuer = make_ca(box.rng, "public");
    PemPair pair = make_server_certificate(box.rng, issuer, {"a.example"}, box.clock.now());
    box.put(pair);
    BoxCertificate certificate(box.context, box.settings(true));
    const auto before = certificate.current();
    certificate.step();
    CHECK(certificate.current() == before);
    pair.certificate += issuer.certificate;
    box.put(pair);
    certificate.step();
    CHECK(certificate.current() != before);
}

TEST_CASE("an owner's key that everybody on the box can read is told")
{
    Box box;
    box.put(box.bought("a.example"));
    std::filesystem::permissions(box.key_path(), std::filesystem::perms::others_read,
                                 std::filesystem::perm_options::add);
    BoxCertificate certificate(box.context, box.settings(true));
    CHECK(certificate.is_owners());
    CHECK(has(box.alert(), "owner.key: every program on this box can read this key"));
    std::filesystem::permissions(box.key_path(), std::filesystem::perms::others_read,
                                 std::filesystem::perm_options::remove);
    certificate.step();
    CHECK(box.alert().empty());
}

TEST_CASE("an owner's certificate that cannot be used is told, and the box shows its own meanwhile")
{
    Box box;
    const PemPair good = box.bought("a.example");
    BoxCertificate certificate(box.context, box.settings(true)); // there are no files yet
    CHECK_FALSE(certificate.is_owners());
    CHECK(certificate.facts().names == box.names);
    CHECK(has(box.alert(), "owner.crt cannot be read. The box shows its own"));

    box.put({good.certificate, box.bought("a.example").key});
    certificate.step();
    CHECK_FALSE(certificate.is_owners());
    CHECK(has(box.alert(), "the key is not the key of this certificate"));

    box.put(good);
    certificate.step();
    CHECK(certificate.is_owners());
    CHECK(box.alert().empty());

    box.clock.advance(std::chrono::days(385));
    certificate.step();
    CHECK(certificate.is_owners());
    CHECK(has(box.alert(), "ends within 14 days"));

    box.clock.advance(std::chrono::days(15));
    certificate.step();
    CHECK_FALSE(certificate.is_owners());
    CHECK(has(box.alert(), "the certificate is over"));
    CHECK(box.db.read([](storage::ReadTx& tx) { // no new row each minute
        auto q = tx.query("SELECT COUNT(*) FROM alert WHERE key = 'tls_certificate'");
        return q.step() ? q.get<int>(0) : -1;
    }) == 4);
    certificate.step();
    CHECK(box.db.read([](storage::ReadTx& tx) {
        auto q = tx.query("SELECT COUNT(*) FROM alert WHERE key = 'tls_certificate'");
        return q.step() ? q.get<int>(0) : -1;
    }) == 4);
}
