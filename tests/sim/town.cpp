#include "sim/town.hpp"

#include "domain/account_reference.hpp"
#include "domain/phone.hpp"
#include "storage/radius_db.hpp"
#include "usecases/accounting.hpp"
#include "usecases/billing.hpp"
#include "usecases/payments.hpp"
#include "usecases/plans.hpp"
#include "usecases/projection.hpp"
#include "usecases/routers.hpp"
#include "usecases/settings.hpp"
#include "usecases/subscribers.hpp"
#include "usecases/trusted_time.hpp"

namespace sim {

namespace {

namespace domain = mnara::domain;
namespace storage = mnara::storage;
namespace usecases = mnara::usecases;

constexpr const char* kActor = "operator:1";
constexpr std::int64_t kDay = 86'400;
constexpr std::int64_t kPriceCents = 100'00;
// Whatever a query, a shell or an unlang expansion could trip over.
constexpr const char* kWild = "abcXYZ019 '\"\\%{}$&;,.:=+-_/!?#@()[]<>|~^*";

mnara::UnixTime at_time(std::int64_t at)
{
    return mnara::unix_time(at);
}

const std::vector<std::string>& plan_codes()
{
    static const std::vector<std::string> codes{"hour", "day", "week", "month", "burst", "open"};
    return codes;
}

} // namespace

Town::Town(Chance& chance, const RowsWanted& wanted)
    : chance_(chance), clock_(at_time(wanted.now - 90 * kDay)), random_(wanted.seed),
      keys_(std::string(mnara::crypto::kKeyBytes, 'k')), log_(clock_, [](const std::string&) {}),
      db_(folder_.path() + "/mnara.db", 2), context_{db_, clock_, random_, keys_, log_}
{
    usecases::ensure_providers(context_);
    be_at(wanted.now - 90 * kDay);
    if (!usecases::change_setting(context_, "radius.pool", "mnara-paid", kActor))
        throw std::runtime_error("setting refused");
    add_plans();
    add_router(wanted.router_secret);
    for (int n = 1; n <= wanted.lines; ++n)
        add_line(n, wanted.now);
    be_at(wanted.now);
    // Half of those whose time is over, so that both the swept and the unswept are there.
    (void)usecases::expire_due(context_, wanted.lines / 8);
    storage::RadiusDb radius(wanted.radius_folder);
    (void)usecases::heal_projection(context_, radius, false);
}

// Time passes with the daemon running: the clock is trusted all the way.
void Town::be_at(std::int64_t at)
{
    clock_.jump_to(at_time(at));
    db_.write([&](storage::Tx& tx) { usecases::accept_clock(tx, clock_); });
}

void Town::add_plans()
{
    using Unit = domain::DurationUnit;
    const auto add = [&](const char* code, int n, Unit unit, std::optional<domain::Rate> rate,
                         int devices, domain::EndBehaviour end) {
        domain::Plan plan;
        plan.code = plan.name = code;
        plan.current.price = mnara::Money::from_cents(kPriceCents);
        plan.current.duration = {n, unit};
        plan.current.rate = rate;
        plan.current.device_limit = devices;
        plan.current.end_behaviour = end;
        db_.write(
            [&](storage::Tx& tx) { (void)usecases::add_plan(tx, context_, plan, kActor).value(); });
    };
    using End = domain::EndBehaviour;
    const domain::Burst burst{4'000'000, 20'000'000, 1'500'000, 7'500'000, 12};
    add("hour", 1, Unit::Hour, domain::Rate{1'000'000, 2'000'000, {}}, 1, End::PayPage);
    add("day", 1, Unit::Day, domain::Rate{1'536'000, 3'000'000, {}}, 1, End::Reject);
    add("week", 7, Unit::Day, domain::Rate{2'000'000, 10'000'000, {}}, 2, End::PayPage);
    add("month", 1, Unit::Month, domain::Rate{2'000'000, 10'000'000, {}}, 3, End::PayPage);
    add("burst", 3, Unit::Day, domain::Rate{2'000'000, 10'000'000, burst}, 2, End::Reject);
    add("open", 2, Unit::Month, {}, 1, End::PayPage);
}

void Town::add_router(const std::string& secret)
{
    usecases::NewRouter router;
    router.name = "tower";
    router.radius_source = "127.0.0.1";
    router.radius_secret = secret;
    router.actor = kActor;
    router_ = db_.write(
        [&](storage::Tx& tx) { return usecases::add_router(tx, context_, router).value().id; });
}

void Town::pay(mnara::SubscriberId owner, std::int64_t at)
{
    be_at(at);
    db_.write([&](storage::Tx& tx) {
        (void)usecases::settle_c2b(tx, context_, "mpesa-sandbox",
                                   {"UA" + std::to_string(100'000 + ++made_),
                                    mnara::Money::from_cents(kPriceCents),
                                    "600638",
                                    domain::account_number(owner.value),
                                    {},
                                    "",
                                    clock_.now()});
    });
}

void Town::dial(const std::string& username, const std::string& mac, std::int64_t at)
{
    usecases::AccountingRecord record;
    record.status = usecases::AccountingRecord::Status::Start;
    record.router_id = router_;
    record.acct_session_id = std::to_string(80'000'000 + ++made_);
    record.username = username;
    record.calling_station = mac;
    record.event_at = at_time(at);
    usecases::record_accounting(context_, std::vector{record});
}

void Town::add_line(int n, std::int64_t now)
{
    TownLine line;
    // Its number first, always as long, so that no two are the same.
    line.username = std::to_string(10'000 + n) + chance_.text(chance_.below(12), kWild) + 'u';
    line.password = chance_.text(chance_.between(1, chance_.one_in(10) ? 128 : 20), kWild);
    for (int device = 0; device < 4; ++device)
        line.macs.push_back("aa:bb:cc:" + chance_.text(2, "0123456789abcdef") + ':' +
                            chance_.text(2, "0123456789abcdef") + ":0" + std::to_string(device));
    std::vector<std::string> only; // none: any device
    if (chance_.one_in(4))
        only.assign(line.macs.begin(), line.macs.begin() + chance_.between(1, 3));
    const std::int64_t first = now - chance_.between(0, 80 * kDay);
    be_at(first);
    mnara::SubscriberId owner;
    mnara::SubscriptionId id;
    db_.write([&](storage::Tx& tx) {
        owner = usecases::add_subscriber(
                    tx, context_,
                    {"Jane", "2547" + std::to_string(10'000'000 + n), "en", std::nullopt, kActor})
                    .value();
        usecases::NewSubscription wanted{
            owner,        line.username, line.password, chance_.pick(plan_codes()),
            std::nullopt, only,          kActor};
        if (chance_.one_in(6))
            wanted.static_ipv4 =
                "10.20." + std::to_string(n / 250) + '.' + std::to_string(n % 250 + 1);
        id = usecases::add_subscription(tx, context_, wanted).value();
    });
    if (!chance_.one_in(8)) { // else he never pays
        pay(owner, first);
        if (chance_.one_in(3)) // a second term, of another plan, right behind the first
            db_.write([&](storage::Tx& tx) {
                const auto change =
                    chance_.one_in(3) ? &usecases::change_running_plan : &usecases::change_plan;
                (void)change(tx, context_, id, chance_.pick(plan_codes()), kActor);
            });
        if (chance_.one_in(2))
            pay(owner, chance_.between(first, now));
    }
    for (std::int64_t open = chance_.below(8) < 5 ? 0 : chance_.between(1, 3); open > 0; --open)
        dial(line.username, line.macs[static_cast<std::size_t>(open - 1)], now - 1000);
    if (chance_.one_in(8))
        db_.write([&](storage::Tx& tx) {
            (void)(chance_.one_in(2) ? usecases::suspend(tx, context_, id, "late", kActor)
                                     : usecases::terminate(tx, context_, id, "moved", kActor));
        });
    lines_.push_back(std::move(line));
}

} // namespace sim
