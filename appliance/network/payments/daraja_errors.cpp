#include "network/payments/daraja_errors.hpp"

#include "network/payments/json_fields.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace mnara::network {

namespace {

using usecases::ProviderError;
using Kind = ProviderError::Kind;
using Meaning = DarajaFailure::Meaning;

constexpr bool kOurs = true;               // a person must mend a setting
constexpr std::size_t kLongestQuote = 200; // bytes of the provider's words that we repeat

struct Row
{
    std::string_view code;
    std::string_view says; // part of the message, lower case; empty: whatever it says
    Kind kind;
    bool our_configuration;
    Meaning meaning;
    std::string_view sentence;
};

constexpr std::string_view kBadToken = "M-Pesa does not accept our access token.";
constexpr std::string_view kNoPath = "M-Pesa knows no such address; check mpesa.base_url.";
constexpr std::string_view kOurFault = "M-Pesa could not read our request.";

// The first row whose code is equal and whose words are in the message.
constexpr std::array kRows{
    Row{"400.002.02", "", Kind::Refused, !kOurs, Meaning::Plain,
        "M-Pesa found a field of our request wrong."},
    Row{"400.002.05", "", Kind::Refused, !kOurs, Meaning::Plain, kOurFault},
    Row{"400.003.02", "", Kind::Refused, !kOurs, Meaning::Plain, kOurFault},
    Row{"401.003.01", "apiproduct", Kind::Refused, kOurs, Meaning::NoApiProduct,
        "The M-Pesa app was not given this product."},
    Row{"400.003.01", "", Kind::NotDone, kOurs, Meaning::TokenRefused, kBadToken},
    Row{"401.002.01", "", Kind::NotDone, kOurs, Meaning::TokenRefused, kBadToken},
    Row{"401.003.01", "", Kind::NotDone, kOurs, Meaning::TokenRefused, kBadToken},
    Row{"404.001.03", "", Kind::NotDone, kOurs, Meaning::TokenRefused, kBadToken},
    Row{"400.008.01", "", Kind::NotDone, kOurs, Meaning::Plain,
        "M-Pesa refused the consumer key and secret."},
    Row{"400.008.02", "", Kind::NotDone, !kOurs, Meaning::Plain, kOurFault},
    Row{"403.002.1001", "", Kind::Refused, kOurs, Meaning::Plain,
        "The M-Pesa app may not do this; ask Safaricom to enable it."},
    Row{"404.001.01", "", Kind::Refused, kOurs, Meaning::Plain, kNoPath},
    Row{"404.002.01", "", Kind::Refused, kOurs, Meaning::Plain, kNoPath},
    Row{"404.003.01", "", Kind::Refused, kOurs, Meaning::Plain, kNoPath},
    Row{"404.001.04", "", Kind::Refused, !kOurs, Meaning::Plain, kOurFault},
    Row{"405.001", "", Kind::Refused, !kOurs, Meaning::Plain, kOurFault},
    Row{"500.001.1001", "wrong credentials", Kind::Refused, kOurs, Meaning::Plain,
        "M-Pesa refused the passkey for this short code."},
    Row{"500.001.1001", "merchant does not exist", Kind::Refused, kOurs, Meaning::Plain,
        "M-Pesa does not know this short code."},
    Row{"500.001.1001", "unable to lock subscriber", Kind::NotDone, !kOurs, Meaning::Plain,
        "Another M-Pesa request is open on this phone."},
    Row{"500.001.1001", "being processed", Kind::Unknown, !kOurs, Meaning::StillProcessing,
        "M-Pesa is still working on it."},
    Row{"500.003.02", "spike arrest", Kind::NotDone, !kOurs, Meaning::Plain,
        "We asked M-Pesa too often in one second."},
    Row{"500.003.03", "quota", Kind::NotDone, !kOurs, Meaning::Plain,
        "M-Pesa's request quota is used up for now."},
    Row{"500.003.1001", "already registered", Kind::Refused, !kOurs, Meaning::AlreadyRegistered,
        "Addresses are registered for this short code already."},
    Row{"500.003.1001", "duplicate notification info", Kind::Refused, kOurs, Meaning::Plain,
        "The short code is registered on Safaricom's older system; they must remove it there."},
};

std::string lower(std::string text)
{
    std::transform(text.begin(), text.end(), text.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return text;
}

bool agrees(std::string_view code, int http_status)
{
    return http_status / 100 == code.front() - '0';
}

// Fields that are filled from settings, as the message names them.
bool names_a_setting(std::string_view message)
{
    constexpr std::array<std::string_view, 5> fields{"shortcode", "partyb", "url", "password",
                                                     "transactiontype"};
    return std::any_of(fields.begin(), fields.end(), [&](std::string_view field) {
        return message.find(field) != std::string_view::npos;
    });
}

const Row* find_row(std::string_view code, std::string_view message, int http_status)
{
    const auto* row = std::find_if(kRows.begin(), kRows.end(), [&](const Row& r) {
        return r.code == code && message.find(r.says) != std::string_view::npos;
    });
    return row != kRows.end() && agrees(code, http_status) ? row : nullptr;
}

// The provider's own words for the operator, cut between two characters where they are long.
std::string with_words_of(std::string_view message)
{
    std::size_t end = std::min(message.size(), kLongestQuote);
    while (end > 0 && end < message.size() && (message[end] & 0xC0) == 0x80)
        --end;
    return end == 0 ? "" : fmt::format(" It says: {}", message.substr(0, end));
}

} // namespace

DarajaFailure read_failure(int http_status, std::string_view body)
{
    std::string code;
    std::string message;
    if (const auto json = parse_json(body)) {
        code = text_field(*json, "errorCode").value_or("");
        message = text_field(*json, "errorMessage").value_or("");
    }
    if (code.empty())
        return {{Kind::Unknown, fmt::format("http {}", http_status),
                 fmt::format("M-Pesa answered with HTTP {} and no reason.", http_status), false},
                Meaning::Plain};

    const std::string lowered = lower(message);
    // "No verdict yet" has been seen with 500 and with 200, with words and without.
    if (code == "500.001.1001" && lowered.empty())
        return {{Kind::Unknown, code, "M-Pesa is still working on it.", false},
                Meaning::StillProcessing};
    if (const Row* row = find_row(code, lowered, http_status)) {
        const bool ours =
            row->our_configuration || (code == "400.002.02" && names_a_setting(lowered));
        return {{row->kind, code, std::string(row->sentence) + with_words_of(message), ours},
                row->meaning};
    }
    return {{Kind::Unknown, code,
             fmt::format("M-Pesa answered with HTTP {}.{}", http_status, with_words_of(message)),
             false},
            Meaning::Plain};
}

} // namespace mnara::network
