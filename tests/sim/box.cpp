#include "sim/box.hpp"

#include "jobs/access_jobs.hpp"
#include "jobs/money_jobs.hpp"
#include "sim/disk.hpp"
#include "sim/trace.hpp"
#include "usecases/projection.hpp"
#include "usecases/router_jobs.hpp"
#include "usecases/settings.hpp"
#include "usecases/trusted_time.hpp"

#include <sys/stat.h>

namespace sim {

namespace {

using namespace std::string_literals;
namespace storage = mnara::storage;
namespace usecases = mnara::usecases;

// Two, because a use case may read while the projection does.
constexpr std::size_t kReaders = 2;
// Tables whose COMMITs are watched: what the oracle must be told of, and where a process can die.
const std::vector<std::string> kWatched{
    "inbox",   "payment", "payment_attempt", "subscription", "session",         "router_job",
    "journal", "term",    "clock_mark",      "purchase_due", "projection_dirty"};

// The stable id of a log line.
std::string id_of(const std::string& line)
{
    const std::string mark = "\"id\":\"";
    const std::size_t from = line.find(mark) + mark.size();
    return line.substr(from, line.find('"', from) - from);
}

} // namespace

struct Box::Life
{
    Life(const std::string& folder, const mnara::Clock& clock, mnara::Random& random,
         const usecases::KeyRing& keys, const mnara::Log& log)
        : db(folder + "/mnara.db", kReaders), context{db, clock, random, keys, log},
          radius(folder + "/radius")
    {
    }
    storage::Database db;
    usecases::Context context;
    storage::RadiusDb radius;
    std::vector<mnara::jobs::Job> jobs;
};

Box::Box(std::string folder, const mnara::Clock& clock, std::uint64_t seed,
         usecases::PaymentProvider& provider, usecases::CoaClient& coa)
    : folder_(std::move(folder)), clock_(clock), random_(seed),
      keys_(std::string(mnara::crypto::kKeyBytes, 'k')),
      log_(clock, [this](const std::string& line) { reach("log:" + id_of(line)); }),
      provider_(provider), coa_(coa)
{
    if (::mkdir((folder_ + "/radius").c_str(), 02750) != 0)
        throw std::runtime_error("cannot make the folder of radius.db");
    (void)::chmod((folder_ + "/radius").c_str(), 02750);
}

Box::~Box() = default;

const std::vector<std::string>& Box::job_names()
{
    static const std::vector<std::string> names{
        "projection",        "inbox",  "push",   "query",
        "deferred_purchase", "expiry", "router", "stale_session"};
    return names;
}

const std::vector<std::string>& Box::crash_points()
{
    static const std::vector<std::string> points = [] {
        std::vector<std::string> all{
            // Inside the money transaction: it must leave nothing.
            "log:payment.credited", "log:term.bought", "log:inbox.processed",
            "log:subscription.expired",
            // radius.db is written, the marks in mnara.db are not cleared yet.
            "log:access.projected",
            // Claimed and not asked, asked and not settled.
            "log:disconnect.sent", "push:before", "push:after", "query:before", "query:after",
            "coa:before", "coa:after"};
        // After the COMMIT and before anything that follows it: for payment and subscription this
        // lies between the money and its projection.
        for (const std::string& table : kWatched)
            all.push_back("commit:" + table);
        return all;
    }();
    return points;
}

void Box::reach(const std::string& point)
{
    if (disk().is_dead()) // it died in a write whose failure SQLite does not tell of
        throw SimulatedCrash{"a write, before " + point};
    if (armed_ != point)
        return;
    armed_.clear();
    trace().see("death at " + point);
    throw SimulatedCrash{point};
}

const usecases::Context& Box::context() const
{
    return life_->context;
}

void Box::open()
{
    life_ = std::make_unique<Life>(folder_, clock_, random_, keys_, log_);
    for (const std::string& table : kWatched)
        life_->db.on_commit(table, [this, table] {
            ++commits_;
            changed_.insert(table);
            reach("commit:" + table);
        });
    const usecases::Context& context = life_->context;
    usecases::ensure_providers(context);
    life_->db.write([&](storage::Tx& tx) {
        usecases::raise_clock_mark(tx, clock_);
        usecases::recover_router_jobs(tx);
    });
    try {
        usecases::heal_projection(context, life_->radius, false);
    } catch (const storage::StorageError& error) {
        last_error = "heal: "s + error.what(); // the projection job goes on trying
    }
    using namespace mnara::jobs;
    life_->jobs.push_back(projection_job(context, life_->radius));
    life_->jobs.push_back(inbox_job(context, provider_));
    life_->jobs.push_back(push_job(context, provider_, "http://box"));
    life_->jobs.push_back(query_job(context, provider_));
    life_->jobs.push_back(deferred_purchase_job(context));
    life_->jobs.push_back(expiry_job(context));
    life_->jobs.push_back(router_job(context, coa_));
    life_->jobs.push_back(stale_session_job(context));
}

void Box::close()
{
    life_.reset();
}

bool Box::step(const std::string& name)
{
    for (const mnara::jobs::Job& job : life_->jobs) {
        if (job.name != name)
            continue;
        struct InStep // also where it is left by a death
        {
            bool& flag;
            const bool before = flag;
            explicit InStep(bool& of) : flag(of) { flag = true; }
            ~InStep() { flag = before; }
        } in_step(is_in_step_);
        try {
            return job.step();
        } catch (const std::exception& error) { // as the daemon's loop does
            last_error = name + ": " + error.what();
            return false;
        }
    }
    throw std::logic_error("no job " + name);
}

} // namespace sim
