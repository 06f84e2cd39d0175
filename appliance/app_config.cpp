#include "app_config.hpp"

#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <map>
#include <stdexcept>

namespace mnara::app {

namespace {

std::string trimmed(const std::string& text)
{
    const std::size_t from = text.find_first_not_of(" \t\r");
    if (from == std::string::npos)
        return {};
    return text.substr(from, text.find_last_not_of(" \t\r") - from + 1);
}

} // namespace

Config read_config(const std::string& path)
{
    std::ifstream file(path);
    if (!file)
        throw std::runtime_error(fmt::format("The configuration file {} cannot be read", path));
    Config config;
    const std::map<std::string, std::string*, std::less<>> keys{
        {"data_dir", &config.data_dir},     {"radius_dir", &config.radius_dir},
        {"radius_log", &config.radius_log}, {"http_listen", &config.http_listen},
        {"public_url", &config.public_url}, {"accounting_listen", &config.accounting_listen},
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
    if (config.public_url.empty())
        config.public_url = "http://" + config.http_listen;
    while (config.public_url.back() == '/')
        config.public_url.pop_back();
    return config;
}

} // namespace mnara::app
