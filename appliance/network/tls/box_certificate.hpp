// Which certificate this box shows: the owner's where he has put a good one, else its own, signed
// by its own CA and made anew before its end and when the box gets another name. New connections
// take current(); connections that began with an older one go on.
#pragma once

#include "network/tls/certificate_folder.hpp"
#include "network/tls/config.hpp"
#include "usecases/context.hpp"

#include <atomic>
#include <functional>
#include <mutex>
#include <optional>
#include <set>
#include <string>

namespace mnara::network::tls {

struct BoxCertificateSettings
{
    std::string folder;                       // data_dir/tls
    std::string owner_certificate, owner_key; // paths of PEM files; both empty: none
    // Asked at each step: host names and addresses the certificate must be for.
    std::function<std::set<std::string>()> names;
};

class BoxCertificate
{
public:
    // Throws std::runtime_error, in words, where there is no CA and none can be made. Trouble with
    // the owner's files is an alert and no reason not to start.
    BoxCertificate(const usecases::Context& context, BoxCertificateSettings settings);

    // Looks at files, names and the time; some milliseconds. Not from two threads.
    void step();

    [[nodiscard]] std::shared_ptr<const Config> current() const;
    [[nodiscard]] const std::atomic<bool>& is_owners() const { return is_owners_; }
    [[nodiscard]] CertificateFacts facts() const;
    [[nodiscard]] const std::string& ca_pem() const { return folder_.ca().certificate; }
    [[nodiscard]] CertificateFacts ca_facts() const;

private:
    using Loaded = Result<std::shared_ptr<const Credentials>, std::string>;
    [[nodiscard]] Loaded owners() const;
    [[nodiscard]] std::string warning_about(const Credentials& owners) const;
    // The box is to have, as its certificate would say them.
    [[nodiscard]] std::set<std::string> wanted_names() const;
    [[nodiscard]] std::shared_ptr<const Credentials> own();
    void show(std::shared_ptr<const Credentials> credentials, bool is_owners);
    void tell(const std::string& trouble);

    const usecases::Context& context_;
    const BoxCertificateSettings settings_;
    const Rng rng_;
    const CertificateFolder folder_;
    std::string shown_;               // the chain's fingerprint
    std::optional<std::string> told_; // the trouble that an alert is open for; empty: none is

    mutable std::mutex mutex_;
    std::shared_ptr<const Config> current_;
    CertificateFacts facts_;
    std::atomic<bool> is_owners_{false};
};

} // namespace mnara::network::tls
