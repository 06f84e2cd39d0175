// From a COMMIT to the job that has something to do: nothing may wait for a pause to end.
#include "unit/catch.hpp"

#include "app_loops.hpp"
#include "jobs/access_jobs.hpp"
#include "jobs/money_jobs.hpp"
#include "storage/alert_store.hpp"
#include "storage/projection_store.hpp"
#include "storage/radius_db.hpp"
#include "unit/router_world.hpp"
#include "usecases/attempts.hpp"
#include "usecases/inbox.hpp"

#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <set>
#include <stdexcept>

using namespace mnara;

namespace {

// Longer than any test may take: a step that comes was woken.
constexpr Millis kNever{3'600'000};
constexpr Seconds kHang{10};

// A job of which the test sees every step, and may hold one up.
class Watched
{
public:
    explicit Watched(House& house) : loops_(house.db, house.log)
    {
        loops_.add({"watched", [this] { return step(); }, kNever, {"alert"}, 1});
        loops_.start();
    }
    ~Watched() { let_go(); }
    Watched(const Watched&) = delete;
    Watched& operator=(const Watched&) = delete;

    // False where the step with that number did not begin in time.
    bool began(int number)
    {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, kHang, [&] { return steps_ >= number; });
    }
    // The step with that number lasts until let_go().
    void hold(int number)
    {
        const std::lock_guard lock(mutex_);
        held_ = number;
    }
    void let_go()
    {
        hold(0);
        changed_.notify_all();
    }
    void throw_at(int number)
    {
        const std::lock_guard lock(mutex_);
        thrown_ = number;
    }

private:
    bool step()
    {
        std::unique_lock lock(mutex_);
        const int mine = ++steps_;
        changed_.notify_all();
        changed_.wait(lock, [&] { return held_ != mine; });
        if (thrown_ == mine)
            throw std::runtime_error("planned");
        return false;
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    int steps_ = 0, held_ = 0, thrown_ = 0;
    app::Loops loops_; // last: its threads end before what they use
};

void open_alert(House& house, const std::string& key)
{
    house.db.write([&](storage::Tx& tx) {
        storage::open_alert(tx, key, "notice", "a test", house.clock.now());
    });
}

// The names of the jobs that a write wakes.
class Woken
{
public:
    Woken(House& house, const std::vector<jobs::Job>& all)
    {
        for (const jobs::Job& job : all)
            for (const std::string& table : job.wake)
                house.db.on_commit(table, [this, name = job.name] { names_.insert(name); });
    }
    template <class F> std::set<std::string> by(F&& write)
    {
        names_.clear();
        write();
        return names_;
    }

private:
    std::set<std::string> names_;
};

// Nobody outside is ever asked: the jobs are looked at and not stepped.
struct Nobody : usecases::PaymentProvider, usecases::CoaClient
{
    using Error = usecases::ProviderError;
    Result<usecases::PushAccepted, Error> push(const usecases::MpesaAccount&,
                                               const usecases::PushRequest&) override
    {
        return refuse(Error{});
    }
    Result<usecases::QueryAnswer, Error> query(const usecases::MpesaAccount&, const std::string&,
                                               UnixTime) override
    {
        return refuse(Error{});
    }
    Result<Done, Error> register_urls(const usecases::MpesaAccount&, const std::string&,
                                      const std::string&) override
    {
        return refuse(Error{});
    }
    Result<domain::StkCallback, std::string> parse_stk_callback(std::string_view) const override
    {
        return refuse(std::string("nobody"));
    }
    Result<domain::C2bNotification, std::string> parse_c2b(std::string_view) const override
    {
        return refuse(std::string("nobody"));
    }
    usecases::CoaAnswer send(const usecases::CoaRequest&) override { return {}; }
};

} // namespace

TEST_CASE("A commit wakes who waits for its table, when the row can be seen, and a rollback nobody")
{
    House house;
    std::vector<std::int64_t> seen;
    house.db.on_commit("alert",
                       [&] { seen.push_back(house.number("SELECT COUNT(*) FROM alert")); });
    open_alert(house, "one");
    CHECK(seen == std::vector<std::int64_t>{1});
    CHECK_THROWS_AS(house.db.write([&](storage::Tx& tx) {
        storage::open_alert(tx, "two", "notice", "a test", house.clock.now());
        throw std::runtime_error("planned");
    }),
                    std::runtime_error);
    house.add_subscriber("0712345678"); // another table
    CHECK(seen.size() == 1);
    open_alert(house, "three");
    CHECK(seen == std::vector<std::int64_t>{1, 2});
}

TEST_CASE("A commit ends the pause of its job")
{
    House house;
    Watched job(house);
    REQUIRE(job.began(1));
    for (int number = 2; number < 20; ++number) {
        open_alert(house, std::to_string(number));
        REQUIRE(job.began(number));
    }
}

TEST_CASE("A wake that comes while the job is at work is not lost")
{
    House house;
    Watched job(house);
    job.hold(2);
    REQUIRE(job.began(1));
    open_alert(house, "first");
    REQUIRE(job.began(2));
    open_alert(house, "second"); // step 2 may have looked already
    job.let_go();
    CHECK(job.began(3));
}

TEST_CASE("A job whose step failed is stepped again when it is woken")
{
    House house;
    Watched job(house);
    job.throw_at(2);
    REQUIRE(job.began(1));
    open_alert(house, "first");
    REQUIRE(job.began(2));
    open_alert(house, "second");
    CHECK(job.began(3));
}

TEST_CASE("What a commit leaves to do wakes the job that does it")
{
    RouterWorld world;
    world.set_up_mpesa();
    std::filesystem::create_directory(world.folder.path() + "/radius");
    storage::RadiusDb radius(world.folder.path() + "/radius");
    Nobody nobody;
    Woken woken(world, {jobs::inbox_job(world.context, nobody),
                        jobs::push_job(world.context, nobody, "http://127.0.0.1"),
                        jobs::query_job(world.context, nobody),
                        jobs::projection_job(world.context, radius),
                        jobs::router_job(world.context, nobody)});
    using Names = std::set<std::string>;

    world.add_plan("home", 1500, {1, domain::DurationUnit::Month});
    const auto to_pay = world.add_line(world.subscriber, "peter", "home");
    SubscriptionId line;
    CHECK(woken.by([&] { line = world.add_paid_line("jane"); }).contains("projection"));
    CHECK(woken.by([&] {
        usecases::receive_message(
            world.context, {usecases::InboxKind::C2bConfirmation, "token", "127.0.0.1", "", "{}"});
    }) == Names{"inbox"});
    CHECK(woken
              .by([&] {
                  world.db.write([&](storage::Tx& tx) {
                      REQUIRE(usecases::request_payment(tx, world.context,
                                                        {to_pay, {}, {}, {}, "operator:1"}));
                  });
              })
              .contains("push"));
    world.dial(line, "jane", "8a");
    CHECK(woken.by([&] {
        world.db.write(
            [&](storage::Tx& tx) { usecases::want_sessions_gone(tx, world.clock.now(), "jane"); });
    }) == Names{"router"});
    // A wish waits for the projection of its username, so the end of that wakes the router job too.
    CHECK(woken.by([&] {
        world.db.write([](storage::Tx& tx) {
            storage::mark_all_access_dirty(tx);
            for (const auto& mark : storage::dirty_marks(tx, 10))
                storage::delete_dirty_mark(tx, mark);
        });
    }) == Names{"projection", "router"});
}
