// Safaricom's Daraja as a PaymentProvider: STK push, STK query, registration of the C2B addresses.
// Called by jobs and http from several threads at once.
//
// It never sends a push twice on its own, except after "invalid access token", which proves that
// the first one was not looked at. It never logs keys, tokens or bodies. Whether an address is one
// that Safaricom accepts for callbacks is the caller's business.
#pragma once

#include "core/clock.hpp"
#include "core/log.hpp"
#include "network/payments/access_tokens.hpp"
#include "network/payments/http_call.hpp"
#include "network/payments/request_pace.hpp"
#include "network/tls/outgoing.hpp"
#include "usecases/ports.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace mnara::network {

struct DarajaSettings
{
    int requests_per_second = 5; // of every kind
    int pushes_per_second = 2;
    Millis longest_wait{5'000}; // for a place in that pace; beyond it the call is not done
    HttpLimits limits;          // of each request; a call makes up to four
    std::string ca_file = "/etc/ssl/certs/ca-certificates.crt"; // PEM: whom it trusts
};

class DarajaClient final : public usecases::PaymentProvider
{
public:
    // Blocks the calling thread for that long, or less where the process is ending.
    using Wait = std::function<void(Millis)>;

    DarajaClient(const Clock& clock, const Log& log, Wait wait,
                 const DarajaSettings& settings = {});

    Result<usecases::PushAccepted, usecases::ProviderError>
    push(const usecases::MpesaAccount& account, const usecases::PushRequest& request) override;
    // Every error is Unknown: none says anything about the payment.
    Result<usecases::QueryAnswer, usecases::ProviderError>
    query(const usecases::MpesaAccount& account, const std::string& checkout_id,
          UnixTime now) override;
    // Done too where addresses were registered before (production allows it once, and does not say
    // which they are): the log has a warning then.
    Result<Done, usecases::ProviderError> register_urls(const usecases::MpesaAccount& account,
                                                        const std::string& confirmation_url,
                                                        const std::string& validation_url) override;
    // Fetches a new access token, which costs nothing and needs key and secret, not the passkey.
    Result<std::optional<UnixTime>, usecases::ProviderError>
    try_credentials(const usecases::MpesaAccount& account) override;
    [[nodiscard]] Result<domain::StkCallback, std::string>
    parse_stk_callback(std::string_view body) const override;
    [[nodiscard]] Result<domain::C2bNotification, std::string>
    parse_c2b(std::string_view body) const override;

private:
    using HttpResult = Result<HttpAnswer, usecases::ProviderError>;

    HttpResult post(const usecases::MpesaAccount& account, const std::string& path,
                    const std::string& body, bool is_push);
    // `date`: where the server's own time is put, as its header says it.
    AccessTokens::Answer token(const usecases::MpesaAccount& account, std::uint64_t refused_number,
                               std::string* date = nullptr);
    HttpResult send(const usecases::MpesaAccount& account, HttpRequest request);
    bool wait_for_place(RequestPace& pace);
    Result<Done, DarajaFailure> register_with(const usecases::MpesaAccount& account,
                                              const std::string& version, const std::string& body);
    void tell(std::string_view call, const usecases::ProviderError& error) const;

    const Clock& clock_;
    const Log& log_;
    const Wait wait_;
    const HttpLimits limits_;
    tls::Outgoing tls_;
    RequestPace requests_;
    RequestPace pushes_;
    AccessTokens tokens_;
};

} // namespace mnara::network
