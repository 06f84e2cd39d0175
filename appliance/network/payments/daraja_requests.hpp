// What we ask Daraja, and its answers: bodies to send, answers to read. Pure; called by
// DarajaClient.
#pragma once

#include "network/payments/daraja_errors.hpp"
#include "usecases/ports.hpp"

#include <string>
#include <string_view>

namespace mnara::network {

// base64(short code, passkey, timestamp); the timestamp is the one of the same body.
[[nodiscard]] std::string daraja_password(const usecases::MpesaAccount& account,
                                          std::string_view timestamp);

// A paybill is its own receiver; for a till the short code is the store number, and the money goes
// to the till. The amount must be whole shillings from 1 to 250,000.
[[nodiscard]] std::string push_body(const usecases::MpesaAccount& account,
                                    const usecases::PushRequest& request);
[[nodiscard]] std::string query_body(const usecases::MpesaAccount& account,
                                     const std::string& checkout_id, UnixTime now);
// Payments go through while nobody answers the validation ("Completed"): an outage of ours must not
// turn money away.
[[nodiscard]] std::string register_body(const usecases::MpesaAccount& account,
                                        const std::string& confirmation_url,
                                        const std::string& validation_url);

struct AccessToken
{
    std::string text;
    Seconds lifetime{0}; // from now; 0 where the answer does not say
};
// An error is never Unknown: without a token nothing else was asked.
[[nodiscard]] Result<AccessToken, usecases::ProviderError> read_token_answer(int http_status,
                                                                             std::string_view body);

[[nodiscard]] Result<usecases::PushAccepted, DarajaFailure> read_push_answer(int http_status,
                                                                             std::string_view body);
// "4999" for every form of "still processing". Any error is Unknown: none is a verdict on a
// payment.
[[nodiscard]] Result<usecases::QueryAnswer, DarajaFailure>
read_query_answer(int http_status, std::string_view body, std::string_view checkout_id);

[[nodiscard]] Result<Done, DarajaFailure> read_register_answer(int http_status,
                                                               std::string_view body);

} // namespace mnara::network
