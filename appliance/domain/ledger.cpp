#include "domain/ledger.hpp"

#include <algorithm>

namespace mnara::domain {

namespace {

Account of_subscriber(std::string_view kind, SubscriberId subscriber)
{
    return {kind, std::string(kind) + ':' + std::to_string(subscriber.value), subscriber};
}

Posting into_wallet(Account from, SubscriberId owner, Money amount, Money debt)
{
    Posting posting{{std::move(from), wallet_account(owner), amount}};
    const Money cleared = std::min(amount, debt);
    if (cleared > Money())
        posting.push_back({wallet_account(owner), receivable_account(owner), cleared});
    return posting;
}

} // namespace

Account provider_account(std::string_view provider)
{
    return {"provider", "provider:" + std::string(provider), std::nullopt};
}
Account wallet_account(SubscriberId subscriber)
{
    return of_subscriber("wallet", subscriber);
}
Account receivable_account(SubscriberId subscriber)
{
    return of_subscriber("receivable", subscriber);
}
Account unapplied_account()
{
    return {"unapplied", "unapplied", std::nullopt};
}
Account plan_revenue_account()
{
    return {"revenue", "revenue:plans", std::nullopt};
}

Posting payment_posting(std::string_view provider, std::optional<SubscriberId> owner, Money amount,
                        Money debt)
{
    if (!owner)
        return {{provider_account(provider), unapplied_account(), amount}};
    return into_wallet(provider_account(provider), *owner, amount, debt);
}

Posting assignment_posting(SubscriberId owner, Money amount, Money debt)
{
    return into_wallet(unapplied_account(), owner, amount, debt);
}

Posting purchase_posting(SubscriberId owner, Money price)
{
    return {{wallet_account(owner), plan_revenue_account(), price}};
}

Posting payment_reversal_posting(std::string_view provider, std::optional<SubscriberId> owner,
                                 Money amount, Money wallet)
{
    if (!owner)
        return {{unapplied_account(), provider_account(provider), amount}};
    Posting posting;
    const Money held = std::min(wallet, amount);
    if (held > Money())
        posting.push_back({wallet_account(*owner), provider_account(provider), held});
    if (amount > held)
        posting.push_back({receivable_account(*owner), provider_account(provider), amount - held});
    return posting;
}

Posting reversed(const Posting& posting)
{
    Posting undone;
    for (auto transfer = posting.rbegin(); transfer != posting.rend(); ++transfer)
        undone.push_back({transfer->credit, transfer->debit, transfer->amount});
    return undone;
}

} // namespace mnara::domain
