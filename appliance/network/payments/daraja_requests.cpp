#include "network/payments/daraja_requests.hpp"

#include "core/crypto.hpp"
#include "domain/calendar.hpp"
#include "network/payments/json_fields.hpp"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace mnara::network {

namespace {

using usecases::MpesaAccount;
using usecases::ProviderError;
using Kind = ProviderError::Kind;
using Meaning = DarajaFailure::Meaning;

constexpr std::int64_t kSmallestPushCents = 1 * 100;
constexpr std::int64_t kLargestPushCents = 250'000 * 100;
constexpr Seconds kLongestLifetime{24 * 3600}; // a token that claims more is asked for anew by then

std::string write(const Json& json)
{
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

bool succeeded(int http_status)
{
    return http_status >= 200 && http_status < 300;
}

DarajaFailure unreadable(std::string code, std::string text)
{
    return {{Kind::Unknown, std::move(code), std::move(text), false}, Meaning::Plain};
}

// The object of a successful answer; an error envelope can come with HTTP 200 too.
Result<Json, DarajaFailure> read_success(int http_status, std::string_view body)
{
    auto json = parse_json(body);
    if (!succeeded(http_status) || !json || !json->is_object() ||
        find_field(*json, "errorCode") != nullptr)
        return refuse(read_failure(http_status, body));
    return std::move(*json);
}

// Where the answer says that it did not accept, without the words of the error envelope.
std::optional<DarajaFailure> not_accepted(const Json& answer)
{
    const std::string code = text_field(answer, "ResponseCode").value_or("");
    if (code == "0")
        return std::nullopt;
    return unreadable("response " + code,
                      "M-Pesa neither accepted nor refused: " +
                          text_field(answer, "ResponseDescription").value_or("no reason given"));
}

Seconds read_lifetime(const Json& answer)
{
    const std::string text = text_field(answer, "expires_in").value_or("");
    std::int64_t seconds = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (read.ec != std::errc{} || read.ptr != text.data() + text.size() || seconds < 0)
        return Seconds{0};
    return std::min(Seconds{seconds}, kLongestLifetime);
}

} // namespace

std::string daraja_password(const MpesaAccount& account, std::string_view timestamp)
{
    return crypto::to_base64(account.short_code + account.passkey + std::string(timestamp));
}

std::string push_body(const MpesaAccount& account, const usecases::PushRequest& request)
{
    const std::int64_t cents = request.amount.cents();
    ENSURE(cents % 100 == 0 && cents >= kSmallestPushCents && cents <= kLargestPushCents);
    const bool paybill = account.till.empty();
    const std::string timestamp = domain::compact_time(request.now);
    return write({
        {"BusinessShortCode", account.short_code},
        {"Password", daraja_password(account, timestamp)},
        {"Timestamp", timestamp},
        {"TransactionType", paybill ? "CustomerPayBillOnline" : "CustomerBuyGoodsOnline"},
        {"Amount", cents / 100},
        {"PartyA", request.phone},
        {"PartyB", paybill ? account.short_code : account.till},
        {"PhoneNumber", request.phone},
        {"CallBackURL", request.callback_url},
        {"AccountReference", request.reference},
        {"TransactionDesc", request.description},
    });
}

std::string query_body(const MpesaAccount& account, const std::string& checkout_id, UnixTime now)
{
    const std::string timestamp = domain::compact_time(now);
    return write({
        {"BusinessShortCode", account.short_code},
        {"Password", daraja_password(account, timestamp)},
        {"Timestamp", timestamp},
        {"CheckoutRequestID", checkout_id},
    });
}

std::string register_body(const MpesaAccount& account, const std::string& confirmation_url,
                          const std::string& validation_url)
{
    return write({
        {"ShortCode", account.short_code},
        {"ResponseType", "Completed"},
        {"ConfirmationURL", confirmation_url},
        {"ValidationURL", validation_url},
    });
}

Result<AccessToken, ProviderError> read_token_answer(int http_status, std::string_view body)
{
    const auto answer = read_success(http_status, body);
    if (!answer) {
        ProviderError error = answer.error().error;
        error.kind = Kind::NotDone;
        // A wrong key or secret is often answered with a bare 400 or 401, without an envelope.
        if (error.code == "http 400" || error.code == "http 401") {
            error.our_configuration = true;
            error.text = "M-Pesa refused the consumer key and secret.";
        }
        return refuse(error);
    }
    AccessToken token{text_field(*answer, "access_token").value_or(""), read_lifetime(*answer)};
    if (token.text.empty())
        return refuse(ProviderError{Kind::NotDone, "no token",
                                    "M-Pesa answered without an access token.", false});
    return token;
}

Result<usecases::PushAccepted, DarajaFailure> read_push_answer(int http_status,
                                                               std::string_view body)
{
    const auto answer = read_success(http_status, body);
    if (!answer)
        return refuse(answer.error());
    if (const auto refused = not_accepted(*answer))
        return refuse(*refused);
    usecases::PushAccepted accepted{text_field(*answer, "CheckoutRequestID").value_or("")};
    if (accepted.checkout_id.empty())
        return refuse(unreadable("no checkout id", "M-Pesa accepted without naming the prompt."));
    return accepted;
}

Result<usecases::QueryAnswer, DarajaFailure>
read_query_answer(int http_status, std::string_view body, std::string_view checkout_id)
{
    const auto answer = read_success(http_status, body);
    if (!answer) {
        DarajaFailure failure = answer.error();
        if (failure.meaning == Meaning::StillProcessing)
            return usecases::QueryAnswer{"4999", failure.error.text};
        failure.error.kind = Kind::Unknown;
        return refuse(failure);
    }
    if (const auto refused = not_accepted(*answer))
        return refuse(*refused);
    // A verdict on another prompt must not settle this one.
    const auto named = text_field(*answer, "CheckoutRequestID");
    if (named && *named != checkout_id)
        return refuse(unreadable("other checkout id", "M-Pesa answered about another prompt."));
    usecases::QueryAnswer read{text_field(*answer, "ResultCode").value_or(""),
                               text_field(*answer, "ResultDesc").value_or("")};
    if (read.result_code.empty())
        return refuse(unreadable("no result", "M-Pesa answered without a result."));
    return read;
}

Result<Done, DarajaFailure> read_register_answer(int http_status, std::string_view body)
{
    const auto answer = read_success(http_status, body);
    if (!answer)
        return refuse(answer.error());
    if (const auto refused = not_accepted(*answer))
        return refuse(*refused);
    return Done{};
}

} // namespace mnara::network
