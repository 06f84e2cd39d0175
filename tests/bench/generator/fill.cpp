// Fills an empty house with people for the benchmarks, through the use cases, so that every rule
// and trigger of the schema has seen each row:
//
//   mnara-bench-fill --config mnara.conf --subscribers N [--sessions M] [--online K]
//
// Subscriber i (from 0) has one line: username user000000, password pw-user000000, device
// 02:00:00:00:00:00 and so on, paid by C2B for 30 days. M sessions of the last 300 days have ended,
// a few for each; K more are open, of the first K lines, with Acct-Session-Id open-000000. Router 1
// asks from 127.0.0.2 with the secret below. radius.db is filled too.
#include "app_office.hpp"
#include "domain/access.hpp"
#include "domain/phone.hpp"
#include "storage/radius_db.hpp"
#include "storage/session_store.hpp"
#include "storage/subscriber_store.hpp"
#include "storage/usage_store.hpp"
#include "usecases/payments.hpp"
#include "usecases/plans.hpp"
#include "usecases/projection.hpp"
#include "usecases/routers.hpp"
#include "usecases/subscribers.hpp"
#include "usecases/trusted_time.hpp"

#include "population.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>

namespace {

using namespace mnara;
using bench::device;
using bench::session_id;
using bench::username;

constexpr const char* kActor = "system:bench";
constexpr const char* kPlan = "home";
constexpr std::int64_t kPriceCents = 150'000;
constexpr int kRowsPerCommit = 2'000;
constexpr std::int64_t kHistoryDays = 300;
constexpr std::int64_t kSessionSeconds = 3 * 3'600;

// Few of the people of a county share a whole name.
std::string full_name(long long i)
{
    static const char* const kFirst[] = {"Jane",  "Peter", "Amina", "John",   "Grace",  "Brian",
                                         "Faith", "Kevin", "Mercy", "Daniel", "Esther", "Samuel"};
    static const char* const kLast[] = {"Wanjiru", "Otieno",  "Mwangi", "Achieng", "Kiptoo",
                                        "Njeri",   "Omondi",  "Chebet", "Kamau",   "Mutua",
                                        "Wambui",  "Kariuki", "Hassan", "Korir"};
    return std::string(kFirst[i % 12]) + " " + kLast[i / 12 % 14] + " " +
           std::to_string(i / (12 * 14));
}

template <class Value, class Error> Value must(Result<Value, Error>&& result, const char* what)
{
    if (!result)
        throw std::runtime_error(std::string("refused: ") + what);
    return std::move(result).value();
}

class Filler
{
public:
    explicit Filler(app::Office& office) : office_(office), context_(office.context) {}

    void begin()
    {
        office_.db.write([&](storage::Tx& tx) {
            usecases::raise_clock_mark(tx, office_.clock);
            domain::Plan plan;
            plan.code = kPlan;
            plan.name = "Home 10M";
            plan.current.price = Money::from_cents(kPriceCents);
            plan.current.duration = {30, domain::DurationUnit::Day};
            plan.current.rate = domain::Rate{2'000'000, 10'000'000, std::nullopt};
            must(usecases::add_plan(tx, context_, plan, kActor), "the plan");
            usecases::NewRouter router;
            router.name = "bench tower";
            router.radius_source = bench::kRouterSource;
            router.radius_secret = bench::kRouterSecret;
            router.actor = kActor;
            router_ = must(usecases::add_router(tx, context_, router), "the router").id;
        });
    }

    void people(long long count)
    {
        in_commits(count, [&](storage::Tx& tx, long long i) { join(tx, i); });
        lines_ = count;
    }

    // Round robin over the lines, oldest first, as a real table grows.
    void ended_sessions(long long count)
    {
        const UnixTime first = office_.clock.now() - Seconds{kHistoryDays * 86'400};
        in_commits(count, [&](storage::Tx& tx, long long i) {
            const Seconds since{(kHistoryDays * 86'400 - kSessionSeconds) * i / count};
            storage::SessionRow session = session_of(i % lines_, session_id("old-", i));
            session.started_at = first + since;
            session.heard_at = session.started_at + Seconds{kSessionSeconds};
            session.usage = {120'000'000 + i % 997 * 10'000, 2'100'000'000, kSessionSeconds};
            session.stopped_at = session.heard_at;
            session.terminate_cause = "User-Request";
            session.stop_seen = true;
            storage::insert_session(tx, session);
            const auto hours =
                domain::spread_usage(session.usage, session.started_at, session.heard_at);
            storage::add_usage(tx, *session.subscription_id, hours);
        });
    }

    void open_sessions(long long count)
    {
        const UnixTime now = office_.clock.now();
        in_commits(count, [&](storage::Tx& tx, long long i) {
            storage::SessionRow session = session_of(i, session_id("open-", i));
            session.started_at = now - Seconds{600};
            session.heard_at = now;
            session.usage = {1'000'000, 20'000'000, 600};
            storage::insert_session(tx, session);
        });
    }

    void project()
    {
        storage::RadiusDb radius(office_.config.radius_dir);
        usecases::heal_projection(context_, radius, false);
        while (usecases::project_dirty(context_, radius, kRowsPerCommit) > 0) {
        }
    }

private:
    template <class F> void in_commits(long long count, F&& each)
    {
        for (long long from = 0; from < count; from += kRowsPerCommit)
            office_.db.write([&](storage::Tx& tx) {
                const long long to = std::min<long long>(count, from + kRowsPerCommit);
                for (long long i = from; i < to; ++i)
                    each(tx, i);
            });
    }

    void join(storage::Tx& tx, long long i)
    {
        const std::string phone = session_id("254700", i);
        const SubscriberId subscriber =
            must(usecases::add_subscriber(tx, context_,
                                          {full_name(i), phone, "en", std::nullopt, kActor}),
                 "a subscriber");
        const SubscriptionId line = must(
            usecases::add_subscription(
                tx, context_,
                {subscriber, username(i), bench::password(i), kPlan, std::nullopt, {}, kActor}),
            "a line");
        ids_.push_back(line);
        const std::string account = storage::find_subscriber(tx, subscriber)->account_no;
        const domain::C2bNotification paid{session_id("BENCH", i),
                                           Money::from_cents(kPriceCents),
                                           "600638",
                                           account,
                                           domain::read_payer_phone(phone),
                                           "JANE",
                                           office_.clock.now()};
        if (usecases::settle_c2b(tx, context_, "mpesa-sandbox", paid).outcome != "credited")
            throw std::runtime_error("a payment was not credited");
    }

    storage::SessionRow session_of(long long line, std::string acct_session_id)
    {
        storage::SessionRow session;
        session.name = {router_, std::move(acct_session_id), username(line), device(line)};
        session.subscription_id = ids_.at(static_cast<std::size_t>(line));
        session.class_text = domain::class_text({*session.subscription_id, true});
        session.framed_ipv4 = bench::dotted(bench::address(line));
        session.port = "ether1";
        return session;
    }

    app::Office& office_;
    const usecases::Context& context_;
    RouterId router_{};
    std::vector<SubscriptionId> ids_;
    long long lines_ = 0;
};

} // namespace

int main(int argc, char** argv)
{
    CLI::App cli("Fills an empty house for the benchmarks", "mnara-bench-fill");
    std::string config;
    long long subscribers = 0, sessions = 0, online = 0;
    cli.add_option("--config", config, "as of mnara serve; its data_dir is empty")->required();
    cli.add_option("--subscribers", subscribers)->required()->check(CLI::Range(1LL, 1'000'000LL));
    cli.add_option("--sessions", sessions, "ended ones")->check(CLI::NonNegativeNumber);
    cli.add_option("--online", online, "open ones; at most one a subscriber");
    CLI11_PARSE(cli, argc, argv);
    try {
        if (online < 0 || online > subscribers)
            throw std::runtime_error("--online is more than the subscribers");
        app::Office office(config);
        const app::SoleUse sole_use(office.config.data_dir);
        Filler filler(office);
        filler.begin();
        filler.people(subscribers);
        filler.ended_sessions(sessions);
        filler.open_sessions(online);
        filler.project();
    } catch (const std::exception& error) {
        std::cerr << "mnara-bench-fill: " << error.what() << '\n';
        return 1;
    }
    return 0;
}
