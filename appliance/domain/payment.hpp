// Money in: what a provider can tell us, and what we keep of it. Pure types.
#pragma once

#include "core/ids.hpp"
#include "core/money.hpp"
#include "core/time.hpp"
#include "domain/phone.hpp"

#include <optional>
#include <string>
#include <variant>

namespace mnara::domain {

enum class AttemptState { Requested, Prompted, Succeeded, Failed, Unknown };

[[nodiscard]] std::string_view to_text(AttemptState state);
[[nodiscard]] std::optional<AttemptState> attempt_state(std::string_view text);

// We asked for money (an STK push). Not a payment.
struct PaymentAttempt
{
    AttemptId id;
    std::string provider;
    std::string reference; // unique; shown to the payer, comes back as BillRefNumber of paybills
    std::optional<std::string> checkout_id;
    std::string phone;
    Money amount;
    SubscriberId subscriber_id;
    std::optional<SubscriptionId> subscription_id;
    std::optional<PlanVersionId> plan_version_id;
    AttemptState state = AttemptState::Requested;
    std::optional<std::string> result_code, result_text;
    UnixTime requested_at;
    std::optional<UnixTime> asked_at;
    std::optional<UnixTime> resolved_at;
    std::optional<std::string> callback_token_hash; // of the address its callback comes to
};

// Money known by a query has no receipt; what comes with one so long after it may be the same.
constexpr Seconds kTwinWindow{24 * 3600};

enum class PaymentSource { Callback, Query, C2b };

[[nodiscard]] std::string_view to_text(PaymentSource source);

// Money moved. Known by its receipt, or by its attempt until the receipt comes.
struct Payment
{
    PaymentId id;
    std::string provider;
    std::optional<std::string> receipt;
    std::optional<AttemptId> attempt_id;
    Money amount;
    std::string booked_to; // 'wallet' or 'unapplied'
    std::optional<SubscriberId> subscriber_id;
    std::optional<std::string> payer_phone, payer_name, bill_reference;
    std::string source;
    JournalId journal_id;
    std::optional<UnixTime> paid_at;
    UnixTime recorded_at;
    std::optional<PaymentId> duplicate_of;
};

// The body of an STK callback (payments.md 1.4). Codes are text: "SFC_IC0003" exists.
struct StkCallback
{
    std::string checkout_id;
    std::string result_code; // "0": paid
    std::string result_text;
    std::optional<Money> amount; // the rest only where it was paid
    std::optional<std::string> receipt;
    std::optional<UnixTime> paid_at;
    std::optional<std::string> phone;
};

// A C2B validation or confirmation (payments.md 1.7).
struct C2bNotification
{
    std::string receipt;
    Money amount;
    std::string short_code;
    std::string bill_reference; // as typed; empty for a till
    PayerPhone payer;
    std::string payer_name;
    std::optional<UnixTime> paid_at;
};

using Notification = std::variant<StkCallback, C2bNotification>;

// What an M-Pesa result code means for the attempt, and what people are told.
struct MpesaResult
{
    enum class Verdict { Paid, Failed, Pending, Unknown };
    Verdict verdict = Verdict::Unknown;
    bool customer_may_retry = false;
    bool our_configuration = false; // the operator must mend something; opens an alert
    std::string_view reason_en;
    std::string_view reason_sw;
};
// Unknown codes are Unknown, never Failed (payments.md 1.5).
[[nodiscard]] MpesaResult mpesa_result(std::string_view result_code);
// What people are told of a failed attempt: also one that was never sent, whose code is our own.
[[nodiscard]] MpesaResult failed_attempt_result(std::string_view result_code);

} // namespace mnara::domain
