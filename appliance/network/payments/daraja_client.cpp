#include "network/payments/daraja_client.hpp"

#include "core/crypto.hpp"
#include "network/payments/daraja_messages.hpp"
#include "network/payments/daraja_requests.hpp"

#include <Poco/DateTimeFormat.h>
#include <Poco/DateTimeParser.h>

namespace mnara::network {

namespace {

using usecases::MpesaAccount;
using usecases::ProviderError;
using Kind = ProviderError::Kind;
using Meaning = DarajaFailure::Meaning;

ProviderError to_error(const HttpFailure& failure)
{
    const bool never_sent = failure.stage == HttpFailure::Stage::NeverSent;
    return {never_sent ? Kind::NotDone : Kind::Unknown, failure.code, failure.text,
            failure.code == "address" || failure.code == "tls"};
}

ProviderError too_many_waiting()
{
    return {Kind::NotDone, "rate limit", "Too many requests to M-Pesa are waiting already.", false};
}

std::string_view word_for(Kind kind)
{
    switch (kind) {
    case Kind::NotDone:
        return "not done";
    case Kind::Refused:
        return "refused";
    case Kind::Unknown:
        break;
    }
    return "unknown";
}

} // namespace

DarajaClient::DarajaClient(const Clock& clock, const Log& log, Wait wait,
                           const DarajaSettings& settings)
    : clock_(clock), log_(log), wait_(std::move(wait)), limits_(settings.limits),
      tls_(settings.ca_file), requests_(settings.requests_per_second, settings.longest_wait),
      pushes_(settings.pushes_per_second, settings.longest_wait), tokens_(clock)
{
}

Result<usecases::PushAccepted, ProviderError>
DarajaClient::push(const MpesaAccount& account, const usecases::PushRequest& request)
{
    const auto answer =
        post(account, "/mpesa/stkpush/v1/processrequest", push_body(account, request), true);
    if (!answer) {
        tell("push", answer.error());
        return refuse(answer.error());
    }
    const auto accepted = read_push_answer(answer->status, answer->body);
    if (!accepted) {
        tell("push", accepted.error().error);
        return refuse(accepted.error().error);
    }
    return *accepted;
}

Result<usecases::QueryAnswer, ProviderError>
DarajaClient::query(const MpesaAccount& account, const std::string& checkout_id, UnixTime now)
{
    const auto answer =
        post(account, "/mpesa/stkpushquery/v1/query", query_body(account, checkout_id, now), false);
    if (!answer) {
        ProviderError error = answer.error();
        error.kind = Kind::Unknown;
        tell("query", error);
        return refuse(error);
    }
    const auto read = read_query_answer(answer->status, answer->body, checkout_id);
    if (!read) {
        tell("query", read.error().error);
        return refuse(read.error().error);
    }
    return *read;
}

Result<Done, ProviderError> DarajaClient::register_urls(const MpesaAccount& account,
                                                        const std::string& confirmation_url,
                                                        const std::string& validation_url)
{
    const std::string body = register_body(account, confirmation_url, validation_url);
    const std::string first = account.c2b_version == "v1" ? "v1" : "v2";
    const std::string other = first == "v1" ? "v2" : "v1";
    auto done = register_with(account, first, body);
    if (!done && done.error().meaning == Meaning::NoApiProduct) {
        auto second = register_with(account, other, body);
        if (second || second.error().meaning != Meaning::NoApiProduct) {
            log_.warning("provider.c2b_version", "The app has the other C2B version; set it",
                         {{"key", "mpesa.c2b_version"}, {"value", other}});
            done = std::move(second);
        }
    }
    if (!done && done.error().meaning == Meaning::AlreadyRegistered) {
        log_.warning("provider.urls_registered_before",
                     "Addresses were registered before; check in the Daraja portal that they are "
                     "the ones of this appliance",
                     {{"short_code", account.short_code}});
        return Done{};
    }
    if (!done) {
        tell("register", done.error().error);
        return refuse(done.error().error);
    }
    return Done{};
}

Result<std::optional<UnixTime>, ProviderError>
DarajaClient::try_credentials(const MpesaAccount& account)
{
    std::string date;
    const auto held = token(account, AccessTokens::kAnyNumber, &date);
    if (!held) {
        tell("try", held.error());
        return refuse(held.error());
    }
    int zone = 0;
    Poco::DateTime read(1970, 1, 1);
    if (!Poco::DateTimeParser::tryParse(Poco::DateTimeFormat::HTTP_FORMAT, date, read, zone))
        return std::optional<UnixTime>();
    return std::optional(unix_time(read.timestamp().epochTime()));
}

Result<domain::StkCallback, std::string>
DarajaClient::parse_stk_callback(std::string_view body) const
{
    return network::parse_stk_callback(body);
}

Result<domain::C2bNotification, std::string> DarajaClient::parse_c2b(std::string_view body) const
{
    return network::parse_c2b(body);
}

Result<Done, DarajaFailure> DarajaClient::register_with(const MpesaAccount& account,
                                                        const std::string& version,
                                                        const std::string& body)
{
    const auto answer = post(account, "/mpesa/c2b/" + version + "/registerurl", body, false);
    if (!answer)
        return refuse(DarajaFailure{answer.error(), Meaning::Plain});
    return read_register_answer(answer->status, answer->body);
}

DarajaClient::HttpResult DarajaClient::post(const MpesaAccount& account, const std::string& path,
                                            const std::string& body, bool is_push)
{
    const auto attempt = [&](const HeldToken& held) -> HttpResult {
        if (is_push && !wait_for_place(pushes_))
            return refuse(too_many_waiting());
        return send(account, {"POST",
                              account.base_url + path,
                              {{"Authorization", "Bearer " + held.text},
                               {"Content-Type", "application/json"},
                               {"Accept", "application/json"}},
                              body});
    };
    const auto held = token(account, 0);
    if (!held)
        return refuse(held.error());
    auto answer = attempt(*held);
    if (!answer || read_failure(answer->status, answer->body).meaning != Meaning::TokenRefused)
        return answer;
    const auto renewed = token(account, held->number);
    if (!renewed)
        return refuse(renewed.error());
    return attempt(*renewed);
}

AccessTokens::Answer DarajaClient::token(const MpesaAccount& account, std::uint64_t refused_number,
                                         std::string* date)
{
    const auto fetch = [&]() -> Result<AccessToken, ProviderError> {
        const std::string basic =
            crypto::to_base64(account.consumer_key + ":" + account.consumer_secret);
        const auto answer =
            send(account, {"GET",
                           account.base_url + "/oauth/v1/generate?grant_type=client_credentials",
                           {{"Authorization", "Basic " + basic}, {"Accept", "application/json"}},
                           ""});
        if (!answer) {
            // Whatever became of this request, nothing was asked with the token yet.
            ProviderError error = answer.error();
            error.kind = Kind::NotDone;
            return refuse(error);
        }
        if (date != nullptr)
            *date = answer->date;
        return read_token_answer(answer->status, answer->body);
    };
    return tokens_.get(account, fetch, refused_number);
}

DarajaClient::HttpResult DarajaClient::send(const MpesaAccount& account, HttpRequest request)
{
    if (!wait_for_place(requests_))
        return refuse(too_many_waiting());
    request.tls_pin = account.tls_pin;
    auto answer = call(request, clock_, limits_, &tls_);
    if (!answer)
        return refuse(to_error(answer.error()));
    return std::move(*answer);
}

bool DarajaClient::wait_for_place(RequestPace& pace)
{
    const auto wait = pace.reserve(clock_.mono());
    if (!wait)
        return false;
    if (*wait > Millis::zero())
        wait_(*wait);
    return true;
}

void DarajaClient::tell(std::string_view call, const ProviderError& error) const
{
    log_.warning("provider.call_failed", error.text,
                 {{"call", call},
                  {"code", error.code},
                  {"outcome", word_for(error.kind)},
                  {"our_configuration", error.our_configuration ? 1 : 0}});
}

} // namespace mnara::network
