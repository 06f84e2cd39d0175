// The workload: money that is asked for, paid, spent and sorted out.
#include "sim/trace.hpp"
#include "sim/world.hpp"
#include "usecases/attempts.hpp"
#include "usecases/billing.hpp"
#include "usecases/idempotency.hpp"
#include "usecases/payments.hpp"
#include "usecases/trusted_time.hpp"

namespace sim {

namespace {

namespace storage = mnara::storage;
namespace usecases = mnara::usecases;

constexpr const char* kActor = "operator:1";
// Of nobody here, also where it is masked.
constexpr const char* kStranger = "254700000999";

} // namespace

void World::request_payment(std::int64_t line, bool two_tabs)
{
    const OracleLine& facts = oracle_.lines.at(line);
    usecases::RequestPayment request;
    request.subscription_id = {line};
    request.actor = kActor;
    if (chance_.one_in(6)) // a neighbour pays
        request.phone = oracle_.subscribers.begin()->second.phone;
    if (chance_.one_in(6))
        request.amount = mnara::Money::from_cents(chance_.between(1, 30) * 1000);
    if (oracle_.plans.at(oracle_.on_sale.at(facts.plan_code)).price == 0 && !request.amount)
        return;
    if (two_tabs)
        trace().see("two tabs at once");
    for (int tab = 0; tab < (two_tabs ? 2 : 1) && box_.is_open(); ++tab) {
        trace().add("ask for money, line " + std::to_string(line));
        settle(attempt([&] {
            (void)box_.context().db.write([&](storage::Tx& tx) {
                return usecases::request_payment(tx, box_.context(), request).has_value();
            });
        }));
    }
}

// As people type it: spaces, small letters, O for 0, with a dash.
std::string World::sloppy(const std::string& account_no)
{
    std::string typed;
    for (const char c : account_no) {
        if (c == '0' && chance_.one_in(2))
            typed += chance_.one_in(2) ? 'O' : 'o';
        else if (c == '1' && chance_.one_in(3))
            typed += chance_.one_in(2) ? 'I' : 'l';
        else
            typed += c;
        if (chance_.one_in(4))
            typed += chance_.one_in(2) ? ' ' : '-';
    }
    return typed;
}

void World::pay_by_hand()
{
    const OracleLine& line = oracle_.lines.at(any_line());
    const OracleSubscriber& payer = oracle_.subscribers.at(line.subscriber);
    const Cents price = oracle_.plans.at(oracle_.on_sale.at(line.plan_code)).price;
    const Cents amount =
        price > 0 && chance_.one_in(2) ? price : chance_.between(1, 2000) * chance_.between(1, 100);
    trace().add("subscriber " + std::to_string(line.subscriber) + " pays " +
                std::to_string(amount) + " cents by hand");
    const int times = chance_.one_in(8) ? 3 : 1;
    if (times > 1)
        trace().see("burst of payments");
    for (int i = 0; i < times; ++i) {
        const std::size_t dice = chance_.below(10);
        if (dice < 4)
            provider_.pay_by_hand(payer.phone, amount, payer.account_no, {line.subscriber}, false);
        else if (dice < 6)
            provider_.pay_by_hand(kStranger, amount, sloppy(payer.account_no), {line.subscriber},
                                  false);
        else if (dice < 7)
            provider_.pay_by_hand(kStranger, amount, "0" + payer.phone.substr(3), {line.subscriber},
                                  false);
        else if (dice < 8)
            provider_.pay_by_hand(payer.phone, amount, "", {line.subscriber}, true);
        else if (dice < 9)
            provider_.pay_by_hand(payer.phone, amount, "internet", {0}, true);
        else
            provider_.pay_by_hand(kStranger, amount, "", {0}, false);
    }
}

// From the wallet, by a browser that asks twice with one key: two tabs, or an answer that got lost.
void World::buy(std::int64_t line)
{
    trace().add("buy a term from the wallet, line " + std::to_string(line));
    const std::string key = "key-" + std::to_string(100'000'000'000 + ++made_keys_);
    std::optional<int> status;
    for (int tab = 0; tab < 2; ++tab) {
        int answered = 0;
        const End end = attempt([&] {
            const usecases::Context& context = box_.context();
            answered = context.db.write([&](storage::Tx& tx) {
                return usecases::once(tx, clock_.now(), kActor, key, "POST terms",
                                      [&] {
                                          const auto time = usecases::trusted_time(tx, clock_);
                                          return usecases::StoredAnswer{
                                              usecases::buy_term(tx, context, time, {line},
                                                                 std::nullopt, std::nullopt, kActor)
                                                  ? 201
                                                  : 409,
                                              "{}"};
                                      })
                    .value()
                    .status;
            });
        });
        const bool first = !status && took_place(end);
        if (first) {
            status = oracle_.buy(line, time_) ? 201 : 409;
        } else if (box_.committed()) {
            violated("one idempotency key bought twice");
        }
        if (end == End::Done && answered != *status)
            violated("a purchase was answered " + std::to_string(answered) + ", right was " +
                     std::to_string(*status));
        settle(end);
    }
}

void World::assign()
{
    const std::string waiting =
        eye_.words("SELECT CAST(MIN(id) AS TEXT) FROM payment WHERE subscriber_id IS NULL "
                   "AND duplicate_of IS NULL HAVING COUNT(*) > 0");
    if (waiting.empty())
        return;
    const std::int64_t payment = std::stoll(waiting);
    const std::int64_t owner = oracle_.lines.at(any_line()).subscriber;
    trace().add("payment " + waiting + " is assigned to subscriber " + std::to_string(owner));
    bool done = false;
    const End end = attempt([&] {
        done = box_.context().db.write([&](storage::Tx& tx) {
            return usecases::assign_payment(tx, box_.context(), {payment}, {owner}, kActor)
                .has_value();
        });
    });
    if (end == End::Done && !done)
        violated("an unmatched payment could not be assigned");
    settle(end);
}

} // namespace sim
