// The town: plans, routers, settings, and who joins.
#include "sim/trace.hpp"
#include "sim/world.hpp"
#include "storage/subscriber_store.hpp"
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
    for (const auto& [key, value] : std::vector<std::pair<std::string, std::string>>{
             {"mpesa.consumer_key", "key"},
             {"mpesa.consumer_secret", "secret"},
             {"mpesa.passkey", "passkey"},
             {"mpesa.short_code", Provider::kShortCode}})
        if (!usecases::change_setting(context, key, value, kActor))
            throw std::runtime_error("setting refused");
    provider_.c2b_token = context.db.read([&](storage::ReadTx& tx) {
        return usecases::c2b_token(tx, context.keys,
                                   usecases::is_sandbox(tx) ? "mpesa-sandbox" : "mpesa");
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
        const auto added = context.db.write(
            [&](storage::Tx& tx) { return usecases::add_router(tx, context, router).value(); });
        routers_.add(added.id.value, router.radius_source);
    }
    for (int i = 0; i < 5; ++i)
        join();
}

void World::join()
{
    if (people_ < kMostPeople)
        without_deaths([&] { add_household(++people_); });
}

void World::add_household(int n)
{
    OracleSubscriber subscriber;
    subscriber.phone = "25471200" + std::to_string(1000 + n);
    // A household has sometimes two lines.
    const int lines = chance_.one_in(3) ? 2 : 1;
    const usecases::Context& context = box_.context();
    std::int64_t id = 0;
    const End end = attempt([&] {
        context.db.write([&](storage::Tx& tx) {
            id = usecases::add_subscriber(tx, context,
                                          {"Jane", subscriber.phone, "en", std::nullopt, kActor})
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
        line.plan_code = chance_.pick(
            std::vector<std::string>{"quick", "quick", "hours", "day", "month", "free"});
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

// A new version: what was bought, and what was asked for, keeps its price.
void World::change_price()
{
    const std::string code = chance_.pick(std::vector<std::string>{"quick", "hours", "day"});
    OraclePlan plan = oracle_.plans.at(oracle_.on_sale.at(code));
    plan.price += chance_.between(1, 9) * 100;
    const std::int64_t megabits = chance_.between(1, 9);
    plan.rate = rate_text(megabits);
    trace().add("plan " + code + " costs " + std::to_string(plan.price));
    End end = End::Failed;
    without_deaths([&] {
        end = attempt([&] {
            plan.id = box_.context()
                          .db
                          .write([&](storage::Tx& tx) {
                              return usecases::add_plan_version(tx, box_.context(), code,
                                                                version_of(plan, megabits), kActor)
                                  .value();
                          })
                          .current.id.value;
        });
    });
    if (end != End::Done)
        return;
    oracle_.plans[plan.id] = plan;
    oracle_.on_sale[code] = plan.id;
}

} // namespace sim
