// The chart of accounts and the posting recipes, each written once, here. A recipe is a list of
// transfers (debit -> credit, always positive) of one journal; storage posts it. Pure.
#pragma once

#include "core/ids.hpp"
#include "core/money.hpp"
#include "core/time.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mnara::domain {

// An account as the chart names it: "wallet:17", "provider:mpesa", "unapplied".
struct Account
{
    std::string_view kind;
    std::string code;
    std::optional<SubscriberId> subscriber_id;
    auto operator<=>(const Account&) const = default;
};

[[nodiscard]] Account provider_account(std::string_view provider);
[[nodiscard]] Account wallet_account(SubscriberId subscriber);
[[nodiscard]] Account receivable_account(SubscriberId subscriber);
[[nodiscard]] Account unapplied_account();
[[nodiscard]] Account plan_revenue_account();

struct Transfer
{
    Account debit;
    Account credit;
    Money amount; // > 0
};
using Posting = std::vector<Transfer>;

// One business event; source_key is its natural name, so it can be booked once only.
struct Journal
{
    std::string_view kind; // as the SQL lists them
    std::string source_key;
    std::optional<JournalId> reverses;
    std::string actor;
    UnixTime event_at;
    UnixTime recorded_at;
    Posting posting;
};

// Money came in. `owner`: nothing where it is not known whose it is; `debt`: what the owner's
// receivable holds, which is cleared first.
[[nodiscard]] Posting payment_posting(std::string_view provider, std::optional<SubscriberId> owner,
                                      Money amount, Money debt);
// It was learned whose unapplied money it is.
[[nodiscard]] Posting assignment_posting(SubscriberId owner, Money amount, Money debt);
[[nodiscard]] Posting purchase_posting(SubscriberId owner, Money price);
// A recorded payment turned out to be another record of the same money, or the provider took it
// back: from the wallet what it still holds, the rest becomes the subscriber's debt, so it always
// posts.
[[nodiscard]] Posting payment_reversal_posting(std::string_view provider,
                                               std::optional<SubscriberId> owner, Money amount,
                                               Money wallet);

// What undoes it, transfer by transfer, the last first.
[[nodiscard]] Posting reversed(const Posting& posting);

} // namespace mnara::domain
