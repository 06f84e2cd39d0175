#include "crash/house.hpp"

#include "jobs/access_jobs.hpp"
#include "jobs/money_jobs.hpp"
#include "storage/connection.hpp"
#include "storage/ledger_store.hpp"
#include "usecases/projection.hpp"
#include "usecases/router_jobs.hpp"
#include "usecases/settings.hpp"
#include "usecases/trusted_time.hpp"

#include <algorithm>
#include <sys/stat.h>

namespace crash {

using namespace mnara;

namespace {

constexpr int kMostSteps = 2000; // more means that a job never says it is done

std::string made_folder(const std::string& path)
{
    ::mkdir(path.c_str(), 0750);
    return path;
}

std::string integrity(storage::Connection& connection)
{
    auto q = connection.query("PRAGMA integrity_check");
    return q.step() ? q.get<std::string>(0) : "no answer";
}

} // namespace

House::House(const std::string& its_folder, Outside& its_outside, std::uint64_t seed)
    : folder(its_folder), radius_folder(made_folder(its_folder + "/radius")),
      clock(std::max(kStart, its_outside.clock_seen())), outside(its_outside), random(seed),
      keys(std::string(crypto::kKeyBytes, 'k')),
      log(clock, [this](const std::string& line) { log_lines.push_back(line); }),
      db(folder + "/mnara.db", 1), context{db, clock, random, keys, log},
      radius(radius_folder), services_{context, outside, counters_, "http://127.0.0.1:8080",
                                       "0.0.0"},
      dispatch_(services_)
{
    jobs_ = {jobs::inbox_job(context, outside),
             jobs::push_job(context, outside, "http://127.0.0.1:8080"),
             jobs::query_job(context, outside),
             jobs::deferred_purchase_job(context),
             jobs::expiry_job(context),
             jobs::projection_job(context, radius),
             jobs::router_job(context, outside),
             jobs::stale_session_job(context)};
}

void House::start()
{
    db.write([&](storage::Tx& tx) {
        usecases::raise_clock_mark(tx, clock);
        usecases::recover_router_jobs(tx);
    });
    usecases::heal_projection(context, radius, false);
}

void House::work()
{
    int steps = 0;
    for (bool more = true; more;) {
        more = false;
        for (const jobs::Job& job : jobs_) {
            while (job.step()) {
                more = true;
                ENSURE(++steps < kMostSteps);
            }
        }
    }
}

http::Reply House::ask(const std::string& method, const std::string& path, const std::string& body,
                       const std::string& key)
{
    http::Request request{method, path, "", {}, body, "127.0.0.1"};
    request.headers = {{"Content-Type", "application/json"}, {"Authorization", "Bearer " + token}};
    if (!key.empty())
        request.headers.emplace_back("Idempotency-Key", key);
    auto reply = dispatch_.answer(request);
    if (reply.status >= 500)
        throw Refused{reply.status, reply.body};
    return reply;
}

void House::be_at(Seconds after_start)
{
    if (clock.now() >= kStart + after_start)
        return;
    clock.advance(std::chrono::duration_cast<Millis>(kStart + after_start - clock.now()));
    outside.saw_clock(clock.now());
}

std::int64_t House::number(const std::string& sql)
{
    return db.read([&](storage::ReadTx& tx) {
        auto q = tx.query(sql);
        return q.step() ? q.get<std::int64_t>(0) : -1;
    });
}

std::string House::c2b_path()
{
    return "/cb/c/" + db.read([&](storage::ReadTx& tx) {
        return usecases::c2b_token(tx, keys, "mpesa-sandbox");
    }) + "/confirmation";
}

std::string House::access(const std::string& username)
{
    storage::Connection reader(radius_folder + "/radius.db", storage::Connection::Mode::ReadOnly);
    auto q = reader.query("SELECT verdict || ' ' || until_at FROM access "
                          "WHERE username = ?1 AND until_at > ?2 ORDER BY until_at",
                          username, clock.now());
    return q.step() ? q.get<std::string>(0) : "unknown";
}

std::string House::trouble()
{
    storage::Connection other(folder + "/mnara.db", storage::Connection::Mode::ReadOnly);
    if (const std::string words = integrity(other); words != "ok")
        return "mnara.db: " + words;
    const auto off =
        db.read([](storage::ReadTx& tx) { return storage::trial_balance(tx).cents(); });
    if (off != 0)
        return "the books are off by " + std::to_string(off);
    const std::vector<std::pair<const char*, const char*>> never = {
        {"a foreign key points nowhere", "SELECT COUNT(*) FROM pragma_foreign_key_check"},
        {"a wallet is below zero",
         "SELECT COUNT(*) FROM ledger_balance WHERE code LIKE 'wallet:%' AND balance_cents < 0"},
        {"a receipt stands twice", "SELECT COUNT(*) FROM (SELECT 1 FROM payment WHERE receipt IS "
                                   "NOT NULL GROUP BY provider, receipt HAVING COUNT(*) > 1)"},
        {"terms overlap",
         "SELECT COUNT(*) FROM term a JOIN term b ON a.subscription_id = b.subscription_id AND "
         "a.id < b.id AND a.starts_at < b.ends_at AND b.starts_at < a.ends_at"}};
    for (const auto& [words, sql] : never)
        if (number(sql) != 0)
            return words;
    return {};
}

std::string House::projection_trouble()
{
    const auto report = usecases::heal_projection(context, radius, false);
    if (report.rebuilt || report.rows_mended > 0)
        return "radius.db was not what mnara.db says: " + std::to_string(report.rows_mended) +
               " rows mended";
    storage::Connection reader(radius_folder + "/radius.db", storage::Connection::Mode::ReadOnly);
    const std::string words = integrity(reader);
    return words == "ok" ? "" : "radius.db: " + words;
}

} // namespace crash
