// What the house needs from the outside world. network/ implements these; jobs/ calls them, never
// inside a database transaction. An outcome that is not known is a value of its own.
#pragma once

#include "core/result.hpp"
#include "core/time.hpp"
#include "domain/payment.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mnara::usecases {

// How a call to a provider went wrong.
struct ProviderError
{
    enum class Kind {
        NotDone, // it provably did nothing (refused credentials, busy, rate limit): may be tried
                 // later
        Refused, // it provably did nothing and never will for this request
        Unknown  // no answer or no verdict: it may have happened. Never taken for a failure
    };
    Kind kind = Kind::Unknown;
    std::string code; // the provider's error code, or "timeout", "connection", "http 503"
    std::string text; // one plain sentence for the operator
    bool our_configuration = false; // a person must mend a setting
};

// The credentials of one M-Pesa short code, decrypted (usecases/settings).
struct MpesaAccount
{
    std::string provider; // 'mpesa' or 'mpesa-sandbox'
    std::string base_url; // without a trailing slash
    std::string consumer_key, consumer_secret, passkey;
    std::string short_code;
    std::string till;        // empty: a paybill
    std::string c2b_version; // "v1" or "v2"
    std::string tls_pin;     // SHA-256 of the certificate it must show; empty: any that is trusted
    auto operator<=>(const MpesaAccount&) const = default;
};

struct PushRequest // an STK push
{
    Money amount; // whole shillings
    std::string phone;
    std::string reference;   // at most 12
    std::string description; // at most 13
    std::string callback_url;
    UnixTime now; // the Timestamp it carries
};
struct PushAccepted
{
    std::string checkout_id;
};
struct QueryAnswer
{
    std::string result_code; // as in a callback; "4999": still processing
    std::string result_text;
};

class PaymentProvider
{
public:
    PaymentProvider() = default;
    PaymentProvider(const PaymentProvider&) = delete;
    PaymentProvider& operator=(const PaymentProvider&) = delete;
    virtual ~PaymentProvider() = default;

    virtual Result<PushAccepted, ProviderError> push(const MpesaAccount&, const PushRequest&) = 0;
    virtual Result<QueryAnswer, ProviderError>
    query(const MpesaAccount&, const std::string& checkout_id, UnixTime now) = 0;
    virtual Result<Done, ProviderError> register_urls(const MpesaAccount&,
                                                      const std::string& confirmation_url,
                                                      const std::string& validation_url) = 0;
    // Asks with these credentials for what costs nothing, to see whether they work. The value is
    // the provider's own time, where it told it.
    virtual Result<std::optional<UnixTime>, ProviderError> try_credentials(const MpesaAccount&)
    {
        return refuse(ProviderError{ProviderError::Kind::NotDone, "no test",
                                    "This provider has nothing to try credentials with.", false});
    }
    // Pure: reads a stored message. The error says in words what is wrong with it.
    [[nodiscard]] virtual Result<domain::StkCallback, std::string>
    parse_stk_callback(std::string_view body) const = 0;
    [[nodiscard]] virtual Result<domain::C2bNotification, std::string>
    parse_c2b(std::string_view body) const = 0;
};

// A CoA-Request or Disconnect-Request (RFC 5176) for one session.
struct CoaRequest
{
    bool disconnect = true;
    std::string address; // of the router
    std::uint16_t port = 3799;
    std::string secret;
    std::string username, acct_session_id, calling_station;
    std::optional<std::string> framed_ipv4;
    std::optional<std::string> rate;             // Mikrotik-Rate-Limit
    std::optional<std::int64_t> session_timeout; // seconds
};
struct CoaAnswer
{
    enum class Kind { Ack, Nak, NoAnswer };
    Kind kind = Kind::NoAnswer;
    std::optional<std::uint32_t> error_cause; // RFC 5176 3.5; 503: session context not found
    std::string text;
};

class CoaClient
{
public:
    CoaClient() = default;
    CoaClient(const CoaClient&) = delete;
    CoaClient& operator=(const CoaClient&) = delete;
    virtual ~CoaClient() = default;
    // Sends, sends again twice, waits: at most about 3 seconds in all.
    virtual CoaAnswer send(const CoaRequest&) = 0;
};

} // namespace mnara::usecases
