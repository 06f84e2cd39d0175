// Payment attempts: money we asked for.
#pragma once

#include "domain/payment.hpp"
#include "storage/database.hpp"

#include <optional>
#include <string>
#include <vector>

namespace mnara::storage {

struct NewAttempt
{
    std::string provider, reference, phone;
    Money amount;
    std::string purpose; // 'plan' or 'wallet'
    SubscriberId subscriber_id;
    std::optional<SubscriptionId> subscription_id;
    std::optional<PlanVersionId> plan_version_id;
    std::string actor;
    UnixTime requested_at;
};
AttemptId insert_attempt(Tx& tx, const NewAttempt& attempt);
[[nodiscard]] bool reference_is_taken(ReadTx& tx, const std::string& reference);
[[nodiscard]] std::optional<domain::PaymentAttempt> find_attempt(ReadTx& tx, AttemptId id);
[[nodiscard]] std::optional<domain::PaymentAttempt>
find_attempt_by_token(ReadTx& tx, const std::string& token_hash);
[[nodiscard]] std::optional<domain::PaymentAttempt>
find_attempt_by_reference(ReadTx& tx, const std::string& provider, const std::string& reference);
// Of that phone, asked for since then, newest first.
[[nodiscard]] std::vector<domain::PaymentAttempt>
attempts_of_phone(ReadTx& tx, const std::string& phone, UnixTime since);
// Of that provider and amount, asked for since then, whoever's phone, newest first.
[[nodiscard]] std::vector<domain::PaymentAttempt>
attempts_of_amount(ReadTx& tx, const std::string& provider, Money amount, UnixTime since);
// The oldest that waits to be pushed, and the one whose fate is due to be asked.
[[nodiscard]] std::optional<domain::PaymentAttempt> oldest_unasked_attempt(ReadTx& tx);
[[nodiscard]] std::optional<domain::PaymentAttempt> due_attempt(ReadTx& tx, UnixTime now,
                                                                UnixTime last_plausible);
[[nodiscard]] std::optional<UnixTime> next_attempt_check(ReadTx& tx);

void mark_attempt_asked(Tx& tx, AttemptId id, const std::string& callback_token_hash, UnixTime now,
                        UnixTime next_check_at);
void delay_attempt(Tx& tx, AttemptId id, std::optional<UnixTime> next_check_at);
void mark_attempt_prompted(Tx& tx, AttemptId id, const std::string& checkout_id,
                           UnixTime next_check_at);
void learn_checkout_id(Tx& tx, AttemptId id, const std::string& checkout_id);
// The id another attempt of this provider has already.
[[nodiscard]] bool checkout_id_is_taken(ReadTx& tx, const std::string& provider,
                                        const std::string& checkout_id);
void resolve_attempt(Tx& tx, AttemptId id, domain::AttemptState state,
                     const std::string& result_code, const std::string& result_text, UnixTime now);
void mark_attempt_unknown(Tx& tx, AttemptId id, const std::string& result_code,
                          const std::string& result_text, std::optional<UnixTime> next_check_at);

} // namespace mnara::storage
