#include "app_tls.hpp"

#include "network/tls/local_names.hpp"
#include "usecases/settings.hpp"

#include <Poco/Exception.h>
#include <Poco/URI.h>
#include <sstream>

namespace mnara::app {

namespace {

// The names in a setting's list and the host of an address, as far as a certificate can hold them.
void add_names(std::set<std::string>& names, const std::string& list)
{
    std::istringstream words(list);
    for (std::string word; std::getline(words, word, ',');) {
        word.erase(0, word.find_first_not_of(' '));
        word.erase(word.find_last_not_of(' ') + 1);
        if (!word.empty())
            names.insert(word);
    }
}

std::string host_of(const std::string& url)
{
    try {
        return Poco::URI(url).getHost();
    } catch (const Poco::Exception&) {
        return {};
    }
}

} // namespace

network::tls::BoxCertificateSettings certificate_settings(Office& office)
{
    const auto names = [&office] {
        std::set<std::string> all = network::tls::local_names();
        add_names(all, host_of(office.config.public_url));
        add_names(all, office.db.read(
                           [](storage::ReadTx& tx) { return usecases::setting(tx, "tls.names"); }));
        all.erase("0.0.0.0");
        all.erase("::");
        return all;
    };
    return {office.config.data_dir + "/tls", office.config.tls_certificate, office.config.tls_key,
            names};
}

} // namespace mnara::app
