#include "usecases/payment_owner.hpp"

#include "core/crypto.hpp"
#include "storage/plan_store.hpp"
#include "storage/subscriber_store.hpp"
#include "storage/subscription_store.hpp"

#include <algorithm>

namespace mnara::usecases {

namespace {

bool buys_for(storage::ReadTx& tx, SubscriberId subscriber, Money amount)
{
    const auto lines = storage::subscriptions_of(tx, subscriber);
    return std::any_of(lines.begin(), lines.end(), [&](const domain::Subscription& line) {
        return line.state != domain::SubscriptionState::Terminated &&
               storage::find_plan(tx, line.plan_code).value().current.price == amount;
    });
}

std::optional<SubscriberId> by_phone(storage::ReadTx& tx, const domain::PayerPhone& phone,
                                     Money amount)
{
    auto owners = storage::subscribers_with_phone(tx, phone);
    if (owners.size() > 1)
        std::erase_if(owners, [&](SubscriberId owner) { return !buys_for(tx, owner, amount); });
    if (owners.size() != 1)
        return std::nullopt;
    return owners.front();
}

} // namespace

std::optional<SubscriberId> owner_of_c2b(storage::ReadTx& tx,
                                         const domain::TypedReference& reference,
                                         const domain::C2bNotification& n)
{
    if (reference.account_no)
        if (const auto subscriber = storage::find_subscriber_by_account(tx, *reference.account_no))
            return subscriber->id;
    if (reference.phone)
        return by_phone(tx, {domain::PayerPhone::Form::Clear, *reference.phone}, n.amount);
    if (reference.text.empty())
        return by_phone(tx, n.payer, n.amount);
    return std::nullopt;
}

std::string hash_of_phone(const std::string& msisdn)
{
    return crypto::sha256_hex(msisdn);
}

} // namespace mnara::usecases
