#include "network/tls/box_certificate.hpp"

#include "network/tls/x509.hpp"
#include "usecases/certificate_alert.hpp"

#include <algorithm>
#include <filesystem>

namespace mnara::network::tls {

namespace {

constexpr Seconds kWarnBefore = std::chrono::days(14); // the end of the owner's certificate

} // namespace

BoxCertificate::BoxCertificate(const usecases::Context& context, BoxCertificateSettings settings)
    : context_(context), settings_(std::move(settings)), folder_(settings_.folder, rng_)
{
    if (folder_.has_made_ca())
        context_.log.info("tls.ca_made", "this box has made a certificate authority of its own",
                          {{"fingerprint", ca_facts().fingerprint}});
    step();
}

CertificateFacts BoxCertificate::ca_facts() const
{
    return certificate_facts(ca_pem()).value();
}

std::shared_ptr<const Config> BoxCertificate::current() const
{
    const std::lock_guard lock(mutex_);
    return current_;
}

CertificateFacts BoxCertificate::facts() const
{
    const std::lock_guard lock(mutex_);
    return facts_;
}

BoxCertificate::Loaded BoxCertificate::owners() const
{
    const auto chain = read_text(settings_.owner_certificate);
    const auto key = read_text(settings_.owner_key);
    if (!chain || !key)
        return refuse((chain ? settings_.owner_key : settings_.owner_certificate) +
                      " cannot be read");
    auto loaded = Credentials::from_pem(*chain, *key);
    if (!loaded)
        return refuse(settings_.owner_certificate + ": " + loaded.error());
    if (!(*loaded)->is_valid_at(context_.clock.now()))
        return refuse(settings_.owner_certificate +
                      (context_.clock.now() < (*loaded)->facts().valid_from
                           ? ": the certificate is not valid yet (is the clock right?)"
                           : ": the certificate is over"));
    return loaded;
}

std::string BoxCertificate::warning_about(const Credentials& owners) const
{
    if (owners.facts().valid_until - context_.clock.now() < kWarnBefore)
        return settings_.owner_certificate + ": the certificate ends within 14 days";
    std::error_code missing;
    const auto mode = std::filesystem::status(settings_.owner_key, missing).permissions();
    if (!missing && (mode & std::filesystem::perms::others_read) != std::filesystem::perms::none)
        return settings_.owner_key + ": every program on this box can read this key. Take that "
                                     "away: chmod o-r";
    return "";
}

std::set<std::string> BoxCertificate::wanted_names() const
{
    std::set<std::string> names;
    for (const std::string& name : settings_.names())
        names.insert(as_in_certificate(name));
    return names;
}

std::shared_ptr<const Credentials> BoxCertificate::own()
{
    const UnixTime now = context_.clock.now();
    const std::set<std::string> wanted = wanted_names();
    if (const auto stored = folder_.server()) {
        const auto loaded = Credentials::from_pem(stored->certificate, stored->key);
        if (loaded && (*loaded)->is_valid_at(now) &&
            now < (*loaded)->facts().valid_until - kRenewBefore &&
            std::includes((*loaded)->facts().names.begin(), (*loaded)->facts().names.end(),
                          wanted.begin(), wanted.end()) &&
            is_signed_by(stored->certificate, ca_pem()))
            return *loaded;
    }
    const PemPair made = make_server_certificate(rng_, folder_.ca(), wanted, now);
    folder_.put_server(made);
    return Credentials::from_pem(made.certificate, made.key).value();
}

void BoxCertificate::step()
{
    if (!settings_.owner_certificate.empty() || !settings_.owner_key.empty()) {
        const Loaded loaded = owners();
        if (loaded) {
            tell(warning_about(**loaded));
            return show(*loaded, true);
        }
        tell(loaded.error() + ". The box shows its own certificate instead");
    } else {
        tell("");
    }
    show(own(), false);
}

void BoxCertificate::show(std::shared_ptr<const Credentials> credentials, bool is_owners)
{
    const CertificateFacts facts = credentials->facts();
    const std::string chain = credentials->chain_fingerprint();
    if (shown_ == chain)
        return;
    auto config = Config::server(std::move(credentials));
    {
        const std::lock_guard lock(mutex_);
        current_ = std::move(config);
        facts_ = facts;
    }
    shown_ = chain;
    is_owners_ = is_owners;
    context_.log.info("tls.certificate", "HTTPS shows this certificate from now on",
                      {{"of", is_owners ? "the owner" : "this box"},
                       {"fingerprint", facts.fingerprint},
                       {"valid_until", facts.valid_until}});
}

void BoxCertificate::tell(const std::string& trouble)
{
    if (trouble == told_)
        return;
    told_ = trouble;
    if (!trouble.empty())
        context_.log.warning("tls.certificate_trouble", trouble);
    usecases::note_certificate_trouble(context_, trouble);
}

} // namespace mnara::network::tls
