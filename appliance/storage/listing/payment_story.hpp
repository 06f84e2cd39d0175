// What became of one payment: who gave it to whom, what it bought; and who asked for money, for
// what. Read only.
#pragma once

#include "storage/database.hpp"
#include "storage/listing/scope.hpp"

#include <optional>
#include <string>
#include <vector>

namespace mnara::storage::listing {

// Who did something: 'operator:7' or 'system:...', and the operator's name.
struct Doer
{
    std::string actor;
    std::optional<std::string> name;
};

// A person or the box said later whose money it is.
struct Ownership
{
    SubscriberId subscriber_id;
    std::string full_name;
    UnixTime at;
    Doer by;
    struct TakenBack
    {
        UnixTime at;
        Doer by;
        std::string reason;
    };
    std::optional<TakenBack> taken_back;
};
// Oldest first, of those that are inside the scope.
[[nodiscard]] std::vector<Ownership> owners_of(ReadTx& tx, const ReadScope& scope, PaymentId id);

struct PaidTerm
{
    TermId id;
    SubscriptionId subscription_id;
    std::string username, plan_name;
    Money price, part; // `part` of the price is this payment's
    UnixTime bought_at, starts_at, ends_at;
};
[[nodiscard]] std::vector<PaidTerm> terms_paid_by(ReadTx& tx, PaymentId id); // oldest first

struct PaymentFate
{
    Money cleared; // paid a debt at once
    bool waits_for_clock = false;
};
[[nodiscard]] PaymentFate fate_of(ReadTx& tx, PaymentId id);

// What an attempt was for, as it was when the phone was asked.
struct AttemptStory
{
    Doer asked_by;
    std::string full_name;
    std::optional<std::string> username, plan_name;
    std::optional<Money> price; // of the plan
};
[[nodiscard]] AttemptStory story_of_attempt(ReadTx& tx, AttemptId id);

} // namespace mnara::storage::listing
