#include "usecases/billing.hpp"

#include "domain/access.hpp"
#include "storage/attempt_store.hpp"
#include "storage/ledger_store.hpp"
#include "storage/payment_store.hpp"
#include "storage/plan_store.hpp"
#include "storage/subscription_store.hpp"
#include "usecases/router_jobs.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace mnara::usecases {

namespace {

using domain::Subscription;
using domain::SubscriptionEvent;
using domain::SubscriptionState;

// A renewal that the sweep makes a little late still follows the term before without a gap; after a
// night in which the box was off it begins when it is bought.
constexpr Seconds kSeamless{3600};

constexpr const char* kBilling = "system:billing";
constexpr const char* kExpiry = "system:expiry";

struct Period
{
    UnixTime starts_at, ends_at;
    int anchor_day = 1;
};

Period next_period(const Subscription& line, const domain::Duration& duration, UnixTime now)
{
    // Months turn on the day of the first; a term of days or hours moves the day to its own end.
    const auto period = [&](UnixTime start, int anchor) {
        const UnixTime end = domain::term_end(start, duration, anchor);
        const bool months = duration.unit == domain::DurationUnit::Month;
        return Period{start, end, months ? anchor : domain::day_of_month(end)};
    };
    // A clock that was set back leaves lines which expired before the end of their paid time: the
    // next term follows it, because terms never overlap.
    const bool paid_ahead = line.paid_until && *line.paid_until > now;
    const bool seamless = line.state == SubscriptionState::Active && line.paid_until &&
                          *line.paid_until > now - kSeamless;
    if (line.anchor_day && (paid_ahead || seamless)) {
        const Period next = period(*line.paid_until, *line.anchor_day);
        if (next.ends_at > now)
            return next;
    }
    return period(now, domain::day_of_month(now));
}

// The lines of a subscriber in the order in which money should reach them: who is off, or soonest
// off, first. A suspended or ended line buys nothing.
std::vector<Subscription> lines_to_pay_for(storage::ReadTx& tx, SubscriberId subscriber)
{
    auto lines = storage::subscriptions_of(tx, subscriber);
    std::erase_if(lines, [](const Subscription& line) {
        return line.state == SubscriptionState::Suspended ||
               line.state == SubscriptionState::Terminated;
    });
    std::stable_sort(lines.begin(), lines.end(), [](const Subscription& a, const Subscription& b) {
        return a.paid_until.value_or(UnixTime{}) < b.paid_until.value_or(UnixTime{});
    });
    return lines;
}

void buy_for_payment(storage::Tx& tx, const Context& context, const TrustedTime& time,
                     const domain::Payment& payment)
{
    if (payment.attempt_id) {
        const auto attempt = storage::find_attempt(tx, *payment.attempt_id);
        if (attempt->subscription_id && attempt->subscriber_id == *payment.subscriber_id) {
            const auto bought = buy_term(tx, context, time, *attempt->subscription_id,
                                         attempt->plan_version_id, payment.id, kBilling);
            if (!bought)
                context.log.info("payment.kept_in_wallet", "The payment buys no term now",
                                 {{"payment_id", payment.id}});
            return;
        }
    }
    // Every line that is off comes back, as far as the wallet reaches; where none was off, one term
    // is added to the line that ends soonest.
    bool bought = false;
    for (const Subscription& line : lines_to_pay_for(tx, *payment.subscriber_id)) {
        const bool wanted = !bought || line.state != SubscriptionState::Active;
        if (wanted && storage::find_plan(tx, line.plan_code).value().current.price > Money() &&
            buy_term(tx, context, time, line.id, std::nullopt, payment.id, kBilling))
            bought = true;
    }
    if (!bought)
        context.log.info("payment.kept_in_wallet", "The payment buys no term now",
                         {{"payment_id", payment.id}});
}

void expire(storage::Tx& tx, const Context& context, const TrustedTime& time, Subscription& line)
{
    storage::insert_subscription_event(tx, line,
                                       {SubscriptionEvent::TermEnded, SubscriptionState::Expired,
                                        line.paid_until, kExpiry, "", time.judged_by});
    want_sessions_gone(tx, time.now, line.username);
    context.log.info("subscription.expired", "The paid time is over",
                     {{"subscription_id", line.id},
                      {"username", line.username},
                      {"paid_until", *line.paid_until}});
}

// The clock was ahead when it ended this line, and was set back since: what is paid is served.
void give_back(storage::Tx& tx, const Context& context, const TrustedTime& time, Subscription& line)
{
    storage::insert_subscription_event(
        tx, line,
        {SubscriptionEvent::Adjusted, SubscriptionState::Active, line.paid_until, kExpiry,
         "expired too early by a clock that was ahead", time.judged_by});
    want_sessions_gone(tx, time.now, line.username, true);
    tell_live_sessions(tx, time, line);
    context.log.warning("subscription.given_back",
                        "A line that a wrong clock had ended has paid time left and is on again",
                        {{"subscription_id", line.id},
                         {"username", line.username},
                         {"paid_until", *line.paid_until}});
}

} // namespace

void tell_live_sessions(storage::Tx& tx, const TrustedTime& time, const Subscription& line)
{
    std::vector<domain::PaidStretch> stretches;
    for (const storage::ServedTerm& term : storage::served_terms(tx, line.id, time.judged_by))
        stretches.push_back(
            {term.ends_at, storage::find_plan_version(tx, term.plan_version_id).value()});
    const auto& rate = stretches.front().plan.rate;
    want_session_limits(tx, time.now, line.username, domain::served_alike_until(stretches),
                        rate ? std::optional(domain::mikrotik_rate_limit(*rate)) : std::nullopt);
}

Result<BoughtTerm, BuyTermError> buy_term(storage::Tx& tx, const Context& context,
                                          const TrustedTime& time, SubscriptionId subscription,
                                          std::optional<PlanVersionId> plan_id,
                                          std::optional<PaymentId> payment,
                                          const std::string& actor)
{
    if (time.suspect)
        return refuse(BuyTermError::ClockSuspect);
    auto found = storage::find_subscription(tx, subscription);
    if (!found)
        return refuse(BuyTermError::UnknownSubscription);
    Subscription& line = *found;
    const SubscriptionState before = line.state;
    if (before == SubscriptionState::Suspended || before == SubscriptionState::Terminated)
        return refuse(BuyTermError::NotPossibleNow);
    const domain::PlanVersion plan = plan_id
                                         ? storage::find_plan_version(tx, *plan_id).value()
                                         : storage::find_plan(tx, line.plan_code).value().current;
    const domain::Account wallet = domain::wallet_account(line.subscriber_id);
    if (storage::account_balance(tx, wallet) < plan.price)
        return refuse(BuyTermError::InsufficientFunds);

    const Period period = next_period(line, plan.duration, time.judged_by);
    storage::TermRow term{{},
                          line.id,
                          storage::next_term_seq(tx, line.id),
                          plan.id,
                          plan.price,
                          period.starts_at,
                          period.ends_at,
                          std::nullopt};
    if (plan.price > Money())
        term.journal_id = storage::post_journal(
            tx,
            {"plan_purchase", fmt::format("term:{}:{}", line.id.value, term.seq), std::nullopt,
             actor, time.now, time.now, domain::purchase_posting(line.subscriber_id, plan.price)});
    term.id = storage::insert_term(tx, term);
    if (payment && plan.price > Money()) {
        const Money part = std::min(storage::unallocated_of(tx, *payment), plan.price);
        if (part > Money())
            storage::insert_allocation(tx, *payment, term.id, part, time.now);
    }
    storage::set_anchor_day(tx, line.id, period.anchor_day);
    storage::insert_subscription_event(tx, line,
                                       {SubscriptionEvent::PlanPurchased, SubscriptionState::Active,
                                        period.ends_at, actor, "", time.judged_by});
    // A session in the pay page cannot be lifted out of its pool by CoA: it must log in again.
    want_sessions_gone(tx, time.now, line.username, true);
    if (before == SubscriptionState::Active)
        tell_live_sessions(tx, time, line);
    context.log.info("term.bought", "A term was bought",
                     {{"subscription_id", line.id},
                      {"username", line.username},
                      {"term_id", term.id},
                      {"price_cents", plan.price},
                      {"starts_at", period.starts_at},
                      {"ends_at", period.ends_at}});
    return BoughtTerm{term.id, period.starts_at, period.ends_at, plan.price};
}

void spend_payment(storage::Tx& tx, const Context& context, const TrustedTime& time,
                   PaymentId payment_id)
{
    if (time.suspect) {
        storage::insert_purchase_due(tx, payment_id, time.now);
        return;
    }
    buy_for_payment(tx, context, time, storage::find_payment(tx, payment_id).value());
}

bool buy_next_deferred_term(const Context& context)
{
    return context.db.write([&](storage::Tx& tx) {
        const TrustedTime time = trusted_time(tx, context.clock);
        const auto payment = storage::oldest_purchase_due(tx);
        if (!payment || time.suspect)
            return false;
        storage::delete_purchase_due(tx, *payment);
        spend_payment(tx, context, time, *payment);
        return true;
    });
}

int expire_due(const Context& context, int limit)
{
    return context.db.write([&](storage::Tx& tx) {
        const TrustedTime time = trusted_time(tx, context.clock);
        if (time.suspect)
            return 0;
        auto due = storage::due_subscriptions(tx, time.judged_by, limit);
        for (Subscription& line : due) {
            const bool renewed = line.auto_renew && buy_term(tx, context, time, line.id,
                                                             std::nullopt, std::nullopt, kExpiry);
            if (!renewed)
                expire(tx, context, time, line);
        }
        auto early = storage::expired_too_early(tx, time.judged_by, limit);
        for (Subscription& line : early)
            give_back(tx, context, time, line);
        return static_cast<int>(due.size() + early.size());
    });
}

} // namespace mnara::usecases
