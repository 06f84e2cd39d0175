// Doing something with the box, dying while it is done, and coming back from the files.
#include "sim/disk.hpp"
#include "sim/trace.hpp"
#include "sim/world.hpp"

#include <fstream>
#include <sys/stat.h>
#include <unistd.h>

namespace sim {

namespace {

constexpr Stamp kHour = 3600;
// A COMMIT is a handful of writes and a sync; an inbox step is some COMMITs.
constexpr std::int64_t kMostEventsToDeath = 12;

} // namespace

void World::arm_one_in(std::size_t n)
{
    if (!faults_.crash || !chance_.one_in(n))
        return;
    // A named point waits until it is met, a write is of this step.
    if (box_.armed().empty() && chance_.one_in(2))
        box_.arm(chance_.pick(Box::crash_points()));
    else
        disk().die_at(static_cast<int>(chance_.between(1, kMostEventsToDeath)));
}

void World::without_deaths(const std::function<void()>& body)
{
    const std::string armed = box_.armed();
    box_.arm("");
    disk().disarm();
    body();
    box_.arm(armed);
}

World::End World::attempt(const std::function<void()>& body)
{
    time_ = judged();
    box_.clear_commits();
    box_.last_error.clear();
    before_ = disk().is_armed() ? eye_.fingerprint() : "";
    End end = End::Done;
    try {
        body();
    } catch (const SimulatedCrash& crash) {
        trace().add("  dies at " + crash.where);
        end = End::Died;
    } catch (const mnara::storage::StorageError& error) {
        box_.last_error = error.what();
    }
    if (disk().is_dead() && end != End::Died) {
        trace().add("  dies while it writes");
        trace().see("death in a write");
        end = End::Died;
    }
    disk().disarm();
    if (end == End::Done && !box_.last_error.empty()) {
        if (!is_disk_full())
            violated("trouble without a cause: " + box_.last_error);
        trace().add("  fails: " + box_.last_error);
        trace().see("the disk was full");
        end = End::Failed;
    }
    if (end == End::Died)
        bury();
    return end;
}

// The process is gone, and nothing of it reaches the disk any more.
void World::bury()
{
    ++crashes_;
    disk().die();
    box_.arm("");
    box_.close();
    eye_.close();
    has_lost_power_ = faults_.power_loss && chance_.one_in(2);
    if (has_lost_power_) {
        trace().see("power loss");
        trace().add("  and the power goes");
        radius_.close();
        disk().lose_power(chance_.source());
    }
    disk().revive();
    eye_.open(box_.main_path());
}

bool World::took_place(End end)
{
    return end == End::Done || box_.committed() ||
           (end == End::Died && !before_.empty() && eye_.fingerprint() != before_);
}

void World::settle(End end)
{
    if (box_.committed() || end == End::Died) {
        check_mark(time_.now);
        const bool is_unknown = end == End::Died;
        if (is_unknown || box_.changed("payment") || box_.changed("payment_attempt") ||
            box_.changed("journal"))
            observe(time_);
        compare_lines();
        if (is_unknown || box_.changed("journal"))
            compare_wallets();
    }
    if (end == End::Died)
        come_back();
}

void World::come_back()
{
    if (faults_.radius_damaged && chance_.one_in(2))
        damage_radius();
    else if (!has_lost_power_ && chance_.one_in(2)) // FreeRADIUS goes on answering meanwhile
        for (const auto& [username, stations] : stations_)
            if (chance_.one_in(4))
                dial(username, chance_.pick(stations));
    if (chance_.one_in(3))
        advance(chance_.between(1, kHour));
    disk().full = Disk::Full::No;
    failed_projections_ = 0;
    box_.clear_commits();
    box_.last_error.clear();
    arm_one_in(4);
    while (!start()) {
    }
    disk().disarm();
    disk().settle();
    if (!box_.last_error.empty())
        violated("the start met trouble without a cause: " + box_.last_error);
    check_mark(wall_now());
}

// False where it dies while it starts.
bool World::start()
{
    std::string where = "a write";
    try {
        box_.open();
    } catch (const SimulatedCrash& crash) {
        where = crash.where;
        disk().die();
    } catch (const mnara::storage::StorageError&) {
        if (!disk().is_dead())
            throw;
    }
    if (!disk().is_dead())
        return true;
    trace().add("  dies while it starts, at " + where);
    trace().see("death at start");
    bury();
    box_.last_error.clear();
    return false;
}

void World::crash()
{
    trace().add("crash and restart");
    bury();
    come_back();
}

void World::damage_radius()
{
    radius_.close();
    const std::string path = box_.radius_path();
    const std::size_t how = chance_.below(4);
    trace().add("  radius.db is damaged, way " + std::to_string(how));
    struct stat facts
    {
    };
    if (::stat(path.c_str(), &facts) != 0)
        return;
    if (how == 0) {
        (void)::unlink(path.c_str());
        if (chance_.one_in(2))
            (void)::unlink((path + "-wal").c_str());
        return;
    }
    if (how == 1) {
        (void)::truncate(path.c_str(), facts.st_size / 2);
        return;
    }
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    const auto pages = static_cast<std::size_t>(facts.st_size / 4096);
    const std::size_t page = how == 2 || pages == 0 ? 0 : chance_.below(pages);
    file.seekp(static_cast<std::streamoff>(page * 4096 + chance_.below(3500)));
    file << chance_.text(300, "abcdefgh\x01\x02\x7f");
}

void World::job_step(const std::string& name)
{
    trace().add("job " + name);
    const End end = attempt([&] { (void)box_.step(name); });
    const bool is_done = took_place(end);
    if (is_done && name == "expiry")
        oracle_.expiry_tick(time_);
    if (is_done && name == "deferred_purchase" && !time_.suspect && !oracle_.deferred.empty())
        trace().see("deferred purchase made");
    if (is_done && name == "deferred_purchase")
        oracle_.deferred_tick(time_);
    if (end == End::Done && name == "expiry")
        check_sweep(time_);
    if (name == "projection" && end != End::Died)
        // Where mnara.db has no room either, the alert waits like all else.
        failed_projections_ =
            end == End::Failed && disk().full == Disk::Full::Radius ? failed_projections_ + 1 : 0;
    settle(end);
}

} // namespace sim
