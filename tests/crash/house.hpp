// The whole house in one thread on the files of one folder, as app.cpp puts it together, without
// sockets: requests go straight to the dispatcher, jobs are stepped until none has work left.
#pragma once

#include "core/crypto.hpp"
#include "crash/outside.hpp"
#include "http/dispatch.hpp"
#include "jobs/job.hpp"
#include "storage/radius_db.hpp"
#include "usecases/context.hpp"

#include <string>
#include <vector>

namespace crash {

// 2026-01-15 09:00 in Nairobi.
inline constexpr mnara::UnixTime kStart = mnara::unix_time(1'768'456'800);

// The house refused with 5xx: the disk is in trouble.
struct Refused
{
    int status = 0;
    std::string body;
};

class House
{
public:
    // `seed`: of its chance; two lives of one house must not get the same, or tokens repeat.
    House(const std::string& folder, Outside& outside, std::uint64_t seed);

    // As at the start of the daemon, before anything else.
    void start();
    // Steps the jobs until nothing is left to do now.
    void work();
    // Throws Refused for a 5xx. `key`: the Idempotency-Key; empty: none.
    mnara::http::Reply ask(const std::string& method, const std::string& path,
                           const std::string& body, const std::string& key = "");
    // The clock is at least that far.
    void be_at(mnara::Seconds after_start);

    // The single number a query gives; -1 where it gives no row.
    [[nodiscard]] std::int64_t number(const std::string& sql);
    [[nodiscard]] std::string c2b_path();
    // What the network answers now: "ok 1768460400", "expired 253402300799", "unknown".
    [[nodiscard]] std::string access(const std::string& username);
    // What is wrong with the files and the books, in words; empty where all is well.
    [[nodiscard]] std::string trouble();
    // The same of radius.db, compared with what mnara.db wants.
    [[nodiscard]] std::string projection_trouble();

    std::string folder, radius_folder;
    std::string token; // of the owner's program
    mnara::ManualClock clock;
    Outside& outside;
    mnara::SeededRandom random;
    mnara::usecases::KeyRing keys;
    std::vector<std::string> log_lines;
    mnara::Log log;
    mnara::storage::Database db;
    mnara::usecases::Context context;
    mnara::storage::RadiusDb radius;

private:
    mnara::http::Counters counters_;
    mnara::http::Services services_;
    mnara::http::Dispatch dispatch_;
    std::vector<mnara::jobs::Job> jobs_;
};

} // namespace crash
