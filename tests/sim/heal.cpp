// The clock, and rest: what must be true when everything that waits has been done.
#include "sim/disk.hpp"
#include "sim/trace.hpp"
#include "sim/world.hpp"
#include "usecases/trusted_time.hpp"

namespace sim {

namespace {

constexpr Stamp kHour = 3600;
constexpr Stamp kDay = 86'400;
constexpr Stamp kFarBack = 10 * 365 * kDay;
constexpr Stamp kOverAMinute = 61; // in which the clock mark is raised once

} // namespace

void World::set_clock(Stamp ahead_of_truth)
{
    ahead_ = ahead_of_truth;
    clock_.jump_to(mnara::unix_time(true_now() + ahead_));
}

void World::clock_step()
{
    if (clock_is_right_)
        return;
    if (ahead_ != 0 && chance_.one_in(2)) {
        trace().add("the clock is right again");
        set_clock(0);
        if (judged().suspect)
            accept_clock();
        return;
    }
    if (faults_.clock_1970 && chance_.one_in(3))
        set_clock(100'000 - true_now());
    else if (faults_.clock_forward && chance_.one_in(2))
        set_clock(chance_.between(kHour, 60 * kDay));
    else if (faults_.clock_skewed)
        set_clock(chance_.between(-1200, 1200));
    if (ahead_ < -kFarBack)
        trace().see("clock of 1970");
    else if (ahead_ != 0)
        trace().see(ahead_ > 0 ? "clock ahead" : "clock behind");
    if (judged().suspect)
        trace().see("clock suspect");
    trace().add("the clock is off by " + std::to_string(ahead_) + " s");
}

void World::accept_clock()
{
    trace().add("an operator accepts the clock");
    accepting_clock_ = true;
    settle(attempt([&] {
        box_.context().db.write(
            [&](mnara::storage::Tx& tx) { mnara::usecases::accept_clock(tx, clock_); });
    }));
    accepting_clock_ = false;
}

// With the faults still on: nothing that was done may be half done in one of the three stores.
void World::settle_all()
{
    trace().add("everything that waits is done");
    advance(kOverAMinute);
    without_deaths([&] { let_everything_run(); });
    check_settled();
}

void World::heal()
{
    trace().add("all faults off");
    healing_ = true;
    faults_ = {};
    provider_.hurry();
    box_.arm("");
    disk().full = Disk::Full::No;
    set_clock(0);
    accept_clock();
    const Stamp end = true_now() + kHour;
    bool resent = false;
    while (true_now() < end) {
        advance(true_now() > end - kHour + 120 ? 20 : 5);
        if (!resent && provider_.is_quiet()) {
            provider_.resend_untold();
            resent = true;
        }
        let_everything_run();
    }
    if (!resent)
        violated("the provider is not quiet an hour later");
    check_all();
    check_stores();
    check_converged();
    check_routers_converged();
}

// Until nothing is left that could be done at this moment.
void World::let_everything_run()
{
    constexpr int kMostRounds = 1000;
    for (int round = 0; round < kMostRounds; ++round) {
        const auto before = eye_.number("PRAGMA data_version");
        while (deliver_message()) {
        }
        while (deliver_packets(20)) {
        }
        for (const std::string& job : Box::job_names())
            job_step(job);
        if (eye_.number("PRAGMA data_version") == before && !routers_.has_packets())
            return;
        if (is_disk_full() && round > 3)
            return;
    }
    violated("the box finds no rest");
}

} // namespace sim
