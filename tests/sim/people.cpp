// The workload: what people and operators do.
#include "sim/trace.hpp"
#include "sim/world.hpp"
#include "storage/plan_store.hpp"
#include "storage/subscriber_store.hpp"
#include "usecases/attempts.hpp"
#include "usecases/billing.hpp"
#include "usecases/idempotency.hpp"
#include "usecases/payments.hpp"
#include "usecases/plans.hpp"
#include "usecases/routers.hpp"
#include "usecases/settings.hpp"
#include "usecases/subscribers.hpp"

namespace sim {

namespace {

namespace domain = mnara::domain;
namespace storage = mnara::storage;
namespace usecases = mnara::usecases;

constexpr const char* kActor = "operator:1";
constexpr int kMostPeople = 14;
// Of nobody here, also where it is masked.
constexpr const char* kStranger = "254700000999";

domain::DurationUnit unit_of(char unit)
{
    switch (unit) {
    case 's':
        return domain::DurationUnit::Second;
    case 'm':
        return domain::DurationUnit::Minute;
    case 'h':
        return domain::DurationUnit::Hour;
    case 'd':
        return domain::DurationUnit::Day;
    default:
        return domain::DurationUnit::Month;
    }
}

domain::PlanVersion version_of(const OraclePlan& plan, std::int64_t megabits)
{
    domain::PlanVersion version;
    version.price = mnara::Money::from_cents(plan.price);
    version.duration = {plan.n, unit_of(plan.unit)};
    version.rate = domain::Rate{megabits * 1'000'000, megabits * 2'000'000, std::nullopt};
    version.device_limit = plan.device_limit;
    version.end_behaviour =
        plan.pay_page ? domain::EndBehaviour::PayPage : domain::EndBehaviour::Reject;
    return version;
}

std::string rate_text(std::int64_t megabits)
{
    return std::to_string(megabits) + "M/" + std::to_string(2 * megabits) + "M";
}

} // namespace

// Plans, routers, settings and the first people.
void World::found()
{
    const usecases::Context& context = box_.context();
    for (const auto& [key, value] :
         std::vector<std::pair<std::string, std::string>>{{"mpesa.consumer_key", "key"},
                                                          {"mpesa.consumer_secret", "secret"},
                                                          {"mpesa.passkey", "passkey"},
                                                          {"mpesa.short_code", Provider::kShortCode}})
        if (!usecases::change_setting(context, key, value, kActor))
            throw std::runtime_error("setting refused");
    provider_.c2b_token = context.db.read([&](storage::ReadTx& tx) {
        return usecases::c2b_token(tx, context.keys, usecases::is_sandbox(tx) ? "mpesa-sandbox"
                                                                              : "mpesa");
    });
    const std::vector<OraclePlan> plans{{0, "quick", 20'00, 20, 'm', "", 1, true},
                                        {0, "hours", 50'00, 6, 'h', "", 2, false},
                                        {0, "day", 100'00, 1, 'd', "", 1, true},
                                        {0, "month", 1500'00, 1, 'M', "", 3, true},
                                        {0, "free", 0, 1, 'h', "", 1, false}};
    std::int64_t megabits = 0;
    for (OraclePlan plan : plans) {
        plan.rate = rate_text(++megabits);
        domain::Plan wanted;
        wanted.code = wanted.name = plan.code;
        wanted.current = version_of(plan, megabits);
        plan.id = context.db
                      .write([&](storage::Tx& tx) {
                          return usecases::add_plan(tx, context, wanted, kActor).value();
                      })
                      .current.id.value;
        oracle_.plans[plan.id] = plan;
        oracle_.on_sale[plan.code] = plan.id;
    }
    for (int i = 1; i <= 2; ++i) {
        usecases::NewRouter router;
        router.name = "tower-" + std::to_string(i);
        router.radius_source = "10.0.0." + std::to_string(i);
        router.actor = kActor;
        const auto added = context.db.write([&](storage::Tx& tx) {
            return usecases::add_router(tx, context, router).value();
        });
        routers_.add(added.id.value, router.radius_source);
    }
    for (int i = 0; i < 5; ++i)
        join();
}

void World::join()
{
    if (people_ >= kMostPeople)
        return;
    const int n = ++people_;
    OracleSubscriber subscriber;
    subscriber.phone = "25471200" + std::to_string(1000 + n);
    // A household has sometimes two lines.
    const int lines = chance_.one_in(3) ? 2 : 1;
    const usecases::Context& context = box_.context();
    std::int64_t id = 0;
    const End end = attempt([&] {
        box_.disarm();
        context.db.write([&](storage::Tx& tx) {
            id = usecases::add_subscriber(
                     tx, context, {"Jane", subscriber.phone, "en", std::nullopt, kActor})
                     .value()
                     .value;
            subscriber.account_no = storage::find_subscriber(tx, {id})->account_no;
        });
    });
    if (end != End::Done)
        return;
    oracle_.subscribers[id] = subscriber;
    for (int i = 1; i <= lines; ++i) {
        OracleLine line;
        line.subscriber = id;
        line.username = "u" + std::to_string(n) + '-' + std::to_string(i);
        line.password = "p\\w'" + line.username;
        line.plan_code = chance_.pick(std::vector<std::string>{"quick", "quick", "hours", "day",
                                                               "month", "free"});
        std::vector<std::string> stations;
        for (int device = 1; device <= 3; ++device)
            stations.push_back("aa:bb:cc:00:" + std::to_string(10 + n) + ":" +
                               std::to_string(10 * i + device));
        if (chance_.one_in(5))
            line.only_device = stations[0];
        std::vector<std::string> macs;
        if (line.only_device)
            macs.push_back(*line.only_device);
        const End made = attempt([&] {
            context.db.write([&](storage::Tx& tx) {
                line.id = usecases::add_subscription(tx, context,
                                                     {{id},
                                                      line.username,
                                                      line.password,
                                                      line.plan_code,
                                                      std::nullopt,
                                                      macs,
                                                      kActor})
                              .value()
                              .value;
            });
        });
        if (made != End::Done)
            return;
        oracle_.lines[line.id] = line;
        stations_[line.username] = stations;
    }
    trace().add("subscriber " + std::to_string(id) + " joins");
}

std::int64_t World::any_line()
{
    auto found = oracle_.lines.begin();
    std::advance(found, static_cast<std::ptrdiff_t>(chance_.below(oracle_.lines.size())));
    return found->first;
}

void World::people_step()
{
    const usecases::Context& context = box_.context();
    const std::int64_t line = any_line();
    const mnara::SubscriptionId id{line};
    const std::string of = " line " + std::to_string(line);
    const std::size_t dice = chance_.below(100);
    if (dice < 5)
        return join();
    if (dice < 45)
        return request_payment(line, chance_.one_in(5));
    if (dice < 65)
        return pay_by_hand();
    if (dice < 75)
        return buy(line);
    if (dice < 80)
        return by_hand(
            "suspend" + of,
            [&](storage::Tx& tx) {
                return usecases::suspend(tx, context, id, "late", kActor).has_value();
            },
            [&](const JudgedTime&) { return oracle_.suspend(line); });
    if (dice < 87)
        return by_hand(
            "resume" + of,
            [&](storage::Tx& tx) {
                return usecases::resume(tx, context, id, "came", kActor).has_value();
            },
            [&](const JudgedTime& time) { return oracle_.resume(line, time); });
    if (dice < 94) {
        const std::string code =
            chance_.pick(std::vector<std::string>{"quick", "hours", "day", "month"});
        const bool from_now = chance_.one_in(2);
        return by_hand(
            "change plan to " + code + (from_now ? " now" : "") + of,
            [&](storage::Tx& tx) {
                return usecases::change_plan(tx, context, id, code, from_now, kActor).has_value();
            },
            [&](const JudgedTime& time) {
                return oracle_.change_plan(line, code, from_now, time);
            });
    }
    if (dice < 97)
        return assign();
    if (dice < 99)
        return change_price();
    if (oracle_.lines.size() > 4 && chance_.one_in(4))
        by_hand(
            "terminate" + of,
            [&](storage::Tx& tx) {
                return usecases::terminate(tx, context, id, "moved", kActor).has_value();
            },
            [&](const JudgedTime&) { return oracle_.terminate(line); });
}

void World::by_hand(const std::string& what,
                    const std::function<bool(storage::Tx&)>& product,
                    const std::function<bool(const JudgedTime&)>& oracle)
{
    trace().add(what);
    bool done = false;
    const End end = attempt([&] { done = box_.context().db.write(product); });
    if (end == End::Done || box_.committed()) {
        const bool expected = oracle(time_);
        if (end == End::Done && done != expected)
            violated(what + (done ? " was done and had to be refused" : " was refused wrongly"));
    }
    settle(end);
}

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
    const int times = chance_.one_in(8) ? 3 : 1; // a burst
    for (int i = 0; i < times; ++i) {
        const std::size_t dice = chance_.below(10);
        if (dice < 4)
            provider_.pay_by_hand(payer.phone, amount, payer.account_no, {line.subscriber}, false);
        else if (dice < 6)
            provider_.pay_by_hand(kStranger, amount, sloppy(payer.account_no),
                                  {line.subscriber}, false);
        else if (dice < 7)
            provider_.pay_by_hand(kStranger, amount, "0" + payer.phone.substr(3),
                                  {line.subscriber}, false);
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
                return usecases::once(tx, clock_.now(), kActor, key, "POST terms", [&] {
                           const auto time = usecases::trusted_time(tx, clock_);
                           return usecases::StoredAnswer{
                               usecases::buy_term(tx, context, time, {line}, std::nullopt,
                                                  std::nullopt, kActor)
                                       ? 201
                                       : 409,
                               "{}"};
                       })
                    .value()
                    .status;
            });
        });
        const bool first = !status && (end == End::Done || box_.committed());
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

// A new version: what was bought, and what was asked for, keeps its price.
void World::change_price()
{
    const std::string code = chance_.pick(std::vector<std::string>{"quick", "hours", "day"});
    OraclePlan plan = oracle_.plans.at(oracle_.on_sale.at(code));
    plan.price += chance_.between(1, 9) * 100;
    const std::int64_t megabits = chance_.between(1, 9);
    plan.rate = rate_text(megabits);
    trace().add("plan " + code + " costs " + std::to_string(plan.price));
    box_.disarm();
    const End end = attempt([&] {
        plan.id = box_.context()
                      .db
                      .write([&](storage::Tx& tx) {
                          return usecases::add_plan_version(tx, box_.context(), code,
                                                            version_of(plan, megabits), kActor)
                              .value();
                      })
                      .current.id.value;
    });
    if (end != End::Done)
        return;
    oracle_.plans[plan.id] = plan;
    oracle_.on_sale[code] = plan.id;
}

} // namespace sim
