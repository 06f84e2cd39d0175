#include "usecases/settings.hpp"

#include "usecases/operators.hpp"

#include <algorithm>
#include <array>
#include <sstream>

namespace mnara::usecases {

namespace {

bool all_digits(const std::string& text)
{
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

WrongValue one_line(const std::string& value)
{
    if (value.size() > 200 || std::any_of(value.begin(), value.end(), [](char c) {
            return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
        }))
        return {"must be one line of at most 200 characters", "one_line", {}, 200};
    return {};
}

WrongValue environment(const std::string& value)
{
    if (value == "sandbox" || value == "production")
        return {};
    return {"must be sandbox or production", "choice", {}, {}};
}

WrongValue base_url(const std::string& value)
{
    if (value.empty())
        return {};
    if (value.rfind("https://", 0) != 0 && value.rfind("http://", 0) != 0)
        return {"must begin with https:// (or http:// for a simulator)", "web_address", {}, {}};
    return one_line(value);
}

WrongValue short_code(const std::string& value)
{
    if (value.empty() || (all_digits(value) && value.size() >= 5 && value.size() <= 8))
        return {};
    return {"must be 5 to 8 digits", "digits", 5, 8};
}

WrongValue c2b_version(const std::string& value)
{
    if (value == "v1" || value == "v2")
        return {};
    return {"must be v1 or v2", "choice", {}, {}};
}

template <int Least, int Most> WrongValue whole_number(const std::string& value)
{
    if (all_digits(value) && value.size() <= 9 && std::stoi(value) >= Least &&
        std::stoi(value) <= Most)
        return {};
    return {"must be a whole number from " + std::to_string(Least) + " to " + std::to_string(Most),
            "whole_number", Least, Most};
}

// A name RouterOS and FreeRADIUS take as it is.
WrongValue router_word(const std::string& value)
{
    const bool plain = std::all_of(value.begin(), value.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '_' || c == '.';
    });
    if (plain && value.size() <= 48)
        return {};
    return {"may hold letters, digits, '-', '_' and '.' (at most 48)", "router_word", {}, 48};
}

WrongValue rate(const std::string& value)
{
    const std::size_t slash = value.find('/');
    const auto good = [](std::string_view part) {
        if (!part.empty() && (part.back() == 'k' || part.back() == 'M'))
            part.remove_suffix(1);
        return !part.empty() && part.size() <= 9 && all_digits(std::string(part));
    };
    if (slash != std::string::npos && good(std::string_view(value).substr(0, slash)) &&
        good(std::string_view(value).substr(slash + 1)))
        return {};
    return {"must be up/down like 512k/1M", "rate", {}, {}};
}

// "box.example, 192.0.2.1": what a certificate can be for. No wildcards.
WrongValue certificate_names(const std::string& value)
{
    const bool plain = std::all_of(value.begin(), value.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
               c == ':' || c == ',' || c == ' ';
    });
    if (plain && value.size() <= 1000)
        return {};
    return {"must be names in small letters and addresses, with commas between",
            "certificate_names",
            {},
            1000};
}

WrongValue tls_pin(const std::string& value)
{
    const bool hex = std::all_of(value.begin(), value.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') ||
               c == ':';
    });
    const auto digits =
        value.size() - static_cast<std::size_t>(std::count(value.begin(), value.end(), ':'));
    if (value.empty() || (hex && digits == 64))
        return {};
    return {"must be a SHA-256 in 64 hexadecimal digits", "fingerprint", {}, {}};
}

WrongValue timeout_from(const std::string& value)
{
    if (value == "start" || value == "now")
        return {};
    return {"must be start or now", "choice", {}, {}};
}

// Days and months are reckoned three hours ahead of UTC all year (domain/calendar).
WrongValue time_zone(const std::string& value)
{
    constexpr std::array<std::string_view, 9> zones{
        "Africa/Nairobi",   "Africa/Kampala",  "Africa/Dar_es_Salaam",
        "Africa/Mogadishu", "Africa/Djibouti", "Africa/Addis_Ababa",
        "Africa/Asmara",    "Indian/Comoro",   "Indian/Antananarivo"};
    if (std::find(zones.begin(), zones.end(), value) != zones.end())
        return {};
    return {"must be Africa/Nairobi or another zone of UTC+3 without summer time; this version "
            "knows no other",
            "choice",
            {},
            {}};
}

WrongValue roles(const std::string& value)
{
    std::istringstream words(value);
    for (std::string word; words >> word;)
        if (!role(word))
            return {"must be roles with spaces between: owner manager cashier technician reseller "
                    "viewer",
                    "choice",
                    {},
                    {}};
    if (value.size() <= 100)
        return {};
    return {"is too long", "too_long", {}, 100};
}

constexpr bool kSecret = true;

constexpr std::array kRules{
    SettingRule{"isp.name", "Mnara", false, "the name of the ISP, in every message", one_line},
    SettingRule{"isp.time_zone", "Africa/Nairobi", false,
                "where the ISP is; days and months begin by it", time_zone},
    SettingRule{"security.session_idle_minutes", "720", false,
                "a signed-in browser that is not used for so long is forgotten",
                whole_number<5, 10080>},
    SettingRule{"security.session_hours", "168", false,
                "the longest a browser stays signed in, used or not", whole_number<1, 2160>},
    SettingRule{"security.second_factor_roles", "", false,
                "roles that must have an authenticator app, with spaces between", roles},
    SettingRule{"mpesa.environment", "sandbox", false, "sandbox or production", environment},
    SettingRule{"mpesa.base_url", "", false, "Daraja's address; empty: the one of the environment",
                base_url},
    SettingRule{"mpesa.consumer_key", "", kSecret, "consumer key of the Daraja app", one_line},
    SettingRule{"mpesa.consumer_secret", "", kSecret, "consumer secret of the Daraja app",
                one_line},
    SettingRule{"mpesa.passkey", "", kSecret, "passkey of M-Pesa Express (STK push)", one_line},
    SettingRule{"mpesa.short_code", "", false,
                "paybill, or for a till its store (head office) number", short_code},
    SettingRule{"mpesa.till", "", false, "till number; empty: a paybill", short_code},
    SettingRule{
        "mpesa.tls_pin", "", false,
        "SHA-256 of the certificate or of its key that M-Pesa must show; empty: any that is "
        "trusted",
        tls_pin},
    SettingRule{"mpesa.c2b_version", "v2", false, "version of the C2B product of the app: v1 or v2",
                c2b_version},
    SettingRule{"radius.interim_seconds", "300", false,
                "how often routers report the usage of a session", whole_number<60, 3600>},
    SettingRule{"radius.stale_seconds", "1500", false,
                "a session not heard of for so long is closed", whole_number<180, 86400>},
    SettingRule{"radius.pool", "", false,
                "address pool of the paid; empty: the router's own profile", router_word},
    SettingRule{"radius.pay_page_pool", "mnara-expired", false, "address pool of the expired",
                router_word},
    SettingRule{"radius.pay_page_address_list", "mnara-expired", false,
                "firewall address list of the expired", router_word},
    SettingRule{"radius.pay_page_rate", "512k/512k", false, "speed on the pay page, up/down", rate},
    SettingRule{"radius.pay_page_seconds", "600", false,
                "length of a pay-page session, in case no disconnect gets through",
                whole_number<60, 86400>},
    SettingRule{
        "tls.names", "", false,
        "further names and addresses of this box in its own certificate, with commas between",
        certificate_names},
    SettingRule{
        "radius.coa_timeout_from", "start", false,
        "what a router counts the Session-Timeout of a CoA from: start of the session, or now",
        timeout_from},
};

} // namespace

std::span<const SettingRule> setting_rules()
{
    return kRules;
}

} // namespace mnara::usecases
