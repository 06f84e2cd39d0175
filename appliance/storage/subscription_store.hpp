// Subscriptions, their events, and the terms that were bought for them.
#pragma once

#include "domain/subscription.hpp"
#include "storage/database.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace mnara::storage {

enum class InsertSubscription { Done, UsernameTaken, AddressTaken };
// Begins as pending; fills in the id.
InsertSubscription insert_subscription(Tx& tx, domain::Subscription& subscription, UnixTime now);

[[nodiscard]] std::optional<domain::Subscription> find_subscription(ReadTx& tx, SubscriptionId id);
// The one line that has this username now.
[[nodiscard]] std::optional<domain::Subscription>
find_live_subscription(ReadTx& tx, const std::string& username);
// Every line that is not terminated, by username ascending (bytes).
void for_each_live_subscription(ReadTx& tx,
                                const std::function<void(const domain::Subscription&)>& visit);
[[nodiscard]] std::vector<domain::Subscription> subscriptions_of(ReadTx& tx, SubscriberId id);
// Active lines whose time is over at `now`, the longest over first.
[[nodiscard]] std::vector<domain::Subscription> due_subscriptions(ReadTx& tx, UnixTime now,
                                                                  int limit);
// Expired lines that have paid time left at `now`: the clock that ended them was ahead.
[[nodiscard]] std::vector<domain::Subscription> expired_too_early(ReadTx& tx, UnixTime now,
                                                                  int limit);
[[nodiscard]] std::optional<UnixTime> next_subscription_due(ReadTx& tx);

struct EventFacts
{
    domain::SubscriptionEvent event = domain::SubscriptionEvent::Adjusted;
    domain::SubscriptionState to = domain::SubscriptionState::Pending;
    std::optional<UnixTime> paid_until; // after the event
    std::string actor, reason;
    UnixTime at;
};
// The only way a state or paid time changes; `subscription` is brought up to date.
void insert_subscription_event(Tx& tx, domain::Subscription& subscription, const EventFacts& facts);

void set_username(Tx& tx, SubscriptionId id, const std::string& username);
void set_plan_code(Tx& tx, SubscriptionId id, const std::string& plan_code);
// ' aa:bb:cc:dd:ee:01 ', or nothing for any device.
void set_device_macs(Tx& tx, SubscriptionId id, const std::optional<std::string>& macs);
void set_anchor_day(Tx& tx, SubscriptionId id, int day);
void set_password_secret(Tx& tx, SubscriptionId id, SecretId secret);

struct TermRow
{
    TermId id;
    SubscriptionId subscription_id;
    int seq = 0;
    PlanVersionId plan_version_id;
    Money price;
    UnixTime starts_at, ends_at;
    std::optional<JournalId> journal_id;
};
[[nodiscard]] int next_term_seq(ReadTx& tx, SubscriptionId id);
TermId insert_term(Tx& tx, const TermRow& term);
[[nodiscard]] std::vector<TermRow> terms_of(ReadTx& tx, SubscriptionId id); // oldest first
// The term that covers `at`, or else the last one.
[[nodiscard]] std::optional<TermRow> term_at(ReadTx& tx, SubscriptionId id, UnixTime at);

// The plan under which the rest of a term is served from now on.
void insert_term_plan_change(Tx& tx, TermId term, PlanVersionId plan, const std::string& actor,
                             UnixTime now);
struct ServedTerm
{
    UnixTime ends_at;
    PlanVersionId plan_version_id;
};
// Terms that are not over at `at`, in their order; where all are over, the last one.
[[nodiscard]] std::vector<ServedTerm> served_terms(ReadTx& tx, SubscriptionId id, UnixTime at);

void insert_allocation(Tx& tx, PaymentId payment, TermId term, Money amount, UnixTime now);
[[nodiscard]] Money unallocated_of(ReadTx& tx, PaymentId payment);

// Payments whose spending waits for a clock that can be believed.
void insert_purchase_due(Tx& tx, PaymentId payment, UnixTime now);
[[nodiscard]] std::optional<PaymentId> oldest_purchase_due(ReadTx& tx);
void delete_purchase_due(Tx& tx, PaymentId payment);

} // namespace mnara::storage
