#include "app_config.hpp"

#include "domain/ip_network.hpp"

#include <array>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <map>
#include <stdexcept>
#include <unistd.h>

namespace mnara::app {

namespace {

std::string trimmed(const std::string& text)
{
    const std::size_t from = text.find_first_not_of(" \t\r");
    if (from == std::string::npos)
        return {};
    return text.substr(from, text.find_last_not_of(" \t\r") - from + 1);
}

// Nobody can call a wildcard address.
std::string default_url(const Config& config)
{
    if (config.https_listen.empty())
        return "http://" + config.http_listen;
    const std::size_t colon = config.https_listen.rfind(':');
    const std::string host = config.https_listen.substr(0, colon);
    const std::string port = colon == std::string::npos ? "" : config.https_listen.substr(colon);
    if (host != "0.0.0.0" && host != "[::]")
        return "https://" + config.https_listen;
    std::array<char, 256> name{};
    ::gethostname(name.data(), name.size() - 1);
    return std::string("https://") + name.data() + port;
}

} // namespace

Config read_config(const std::string& path)
{
    std::ifstream file(path);
    if (!file)
        throw std::runtime_error(fmt::format("The configuration file {} cannot be read", path));
    Config config;
    const std::map<std::string, std::string*, std::less<>> keys{
        {"data_dir", &config.data_dir},
        {"radius_dir", &config.radius_dir},
        {"radius_log", &config.radius_log},
        {"http_listen", &config.http_listen},
        {"https_listen", &config.https_listen},
        {"tls_certificate", &config.tls_certificate},
        {"tls_key", &config.tls_key},
        {"trusted_proxy", &config.trusted_proxy},
        {"http_callbacks", &config.http_callbacks},
        {"ca_file", &config.ca_file},
        {"public_url", &config.public_url},
        {"accounting_listen", &config.accounting_listen},
        {"coa_source", &config.coa_source},
    };
    std::string line;
    for (int number = 1; std::getline(file, line); ++number) {
        const std::string text = trimmed(line.substr(0, line.find('#')));
        if (text.empty())
            continue;
        const std::size_t equals = text.find('=');
        const auto key = keys.find(trimmed(text.substr(0, equals)));
        if (equals == std::string::npos || key == keys.end())
            throw std::runtime_error(fmt::format(
                "{} line {}: \"{}\" is not \"key = value\" with a known key", path, number, text));
        *key->second = trimmed(text.substr(equals + 1));
    }
    const auto folder = std::filesystem::absolute(path).parent_path();
    for (std::string* dir : {&config.data_dir, &config.radius_dir, &config.radius_log}) {
        if (dir->empty())
            throw std::runtime_error(
                fmt::format("{}: data_dir, radius_dir and radius_log must all be given", path));
        *dir = (folder / *dir).lexically_normal().string();
    }
    for (std::string* pem : {&config.tls_certificate, &config.tls_key, &config.ca_file})
        if (!pem->empty())
            *pem = (folder / *pem).lexically_normal().string();
    if (config.tls_certificate.empty() != config.tls_key.empty())
        throw std::runtime_error(
            fmt::format("{}: tls_certificate and tls_key must be given together", path));
    if (!config.trusted_proxy.empty() && !domain::parse_ip(config.trusted_proxy))
        throw std::runtime_error(
            fmt::format("{}: trusted_proxy must be one address like 127.0.0.1", path));
    if (config.http_callbacks != "yes" && config.http_callbacks != "no")
        throw std::runtime_error(fmt::format("{}: http_callbacks must be yes or no", path));
    if (config.public_url.empty())
        config.public_url = default_url(config);
    while (config.public_url.back() == '/')
        config.public_url.pop_back();
    return config;
}

} // namespace mnara::app
