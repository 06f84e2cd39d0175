#include "sim/world.hpp"

#include "domain/clock_trust.hpp"
#include "sim/trace.hpp"
#include "usecases/trusted_time.hpp"

#include <algorithm>
#include <fstream>
#include <sys/stat.h>
#include <unistd.h>

namespace sim {

namespace {

constexpr Stamp kStart = 1'790'000'000; // 2026-09-21, plausible to the product
constexpr Stamp kFirstPlausible = 1'767'225'600;
constexpr int kFullCheckEvery = 50;
constexpr Stamp kHour = 3600;
constexpr Stamp kDay = 86'400;

mnara::UnixTime at(Stamp seconds)
{
    return mnara::unix_time(seconds);
}

} // namespace

World::World(std::uint64_t seed, const std::string& folder, const std::string& source_folder)
    : chance_(seed), faults_(Faults::draw(chance_)), drawn_(faults_.names()),
      clock_is_right_(!faults_.clock_may_be_wrong()), clock_(at(kStart)),
      provider_(
          chance_, faults_, oracle_, [this] { return true_now(); },
          [this](const std::string& point) { box_.reach(point); }),
      routers_(
          chance_, faults_, [this] { return true_now(); },
          [this](const std::string& point) { box_.reach(point); }),
      radius_(source_folder), box_(folder, clock_, seed, provider_, routers_)
{
    // In some worlds minutes pass between two steps, in some hours.
    longest_pause_ = chance_.pick(std::vector<Stamp>{20, 60, 600, 2 * kHour});
    provider_.overtake = [this] {
        const auto message = provider_.take_message();
        if (message)
            provider_.send_again(*message, 0);
        if (deliver_message())
            box_.step("inbox");
    };
    box_.open();
    eye_.open(box_.main_path());
    mark_ = eye_.number("SELECT at FROM clock_mark");
    time_ = judged();
    found();
}

Stamp World::true_now() const
{
    return kStart + std::chrono::floor<mnara::Seconds>(clock_.mono()).count();
}

Stamp World::wall_now() const
{
    return mnara::to_seconds(clock_.now());
}

JudgedTime World::judged() const
{
    const Stamp now = wall_now();
    const bool suspect =
        mark_ ? now < *mark_ - 300 || now > *mark_ + 30 * kDay : now < kFirstPlausible;
    return {now, suspect ? mark_.value_or(kFirstPlausible) : now, suspect};
}

void World::advance(Stamp seconds)
{
    // Outside things happen at their moments, also in a long pause of ours.
    const Stamp end = true_now() + seconds;
    for (bool over = false; !over;) {
        Stamp next = end;
        for (const auto& event : {provider_.next_event(), routers_.next_timeout()})
            if (event && *event > true_now())
                next = std::min(next, *event);
        over = next == end;
        clock_.advance(mnara::Seconds{next - true_now()});
        provider_.tick();
        routers_.tick();
    }
}

void World::set_clock(Stamp ahead_of_truth)
{
    ahead_ = ahead_of_truth;
    clock_.jump_to(at(true_now() + ahead_));
}

World::End World::attempt(const std::function<void()>& body)
{
    time_ = judged();
    box_.clear_commits();
    box_.last_error.clear();
    End end = End::Done;
    try {
        body();
    } catch (const SimulatedCrash& crash) {
        trace().add("  dies at " + crash.where);
        end = End::Died;
    } catch (const mnara::storage::StorageError& error) {
        box_.last_error = error.what();
    }
    box_.disarm();
    if (end == End::Done && !box_.last_error.empty()) {
        if (!disk_full_)
            violated("trouble without a cause: " + box_.last_error);
        trace().add("  fails: " + box_.last_error);
        end = End::Failed;
    }
    if (end == End::Died) {
        box_.close();
        ++crashes_;
    }
    return end;
}

void World::settle(End end)
{
    if (box_.committed() || end == End::Died) {
        check_mark(time_.now);
        observe(time_);
        compare_lines();
    }
    if (end == End::Died)
        come_back();
}

void World::come_back()
{
    if (faults_.radius_damaged && chance_.one_in(2))
        damage_radius();
    else if (chance_.one_in(2)) // FreeRADIUS goes on answering meanwhile
        for (const auto& [username, stations] : stations_)
            if (chance_.one_in(4))
                dial(username, chance_.pick(stations));
    if (chance_.one_in(3))
        advance(chance_.between(1, kHour));
    disk_full_ = false;
    box_.clear_commits();
    box_.last_error.clear();
    if (faults_.crash && chance_.one_in(4))
        box_.arm(chance_.pick(Box::crash_points()));
    for (bool started = false; !started;) {
        try {
            box_.open();
            started = true;
        } catch (const SimulatedCrash& crash) {
            trace().add("  dies while it starts, at " + crash.where);
            box_.close();
            ++crashes_;
        }
    }
    box_.disarm();
    if (!box_.last_error.empty())
        violated("the start met trouble without a cause: " + box_.last_error);
    check_mark(wall_now());
}

void World::crash()
{
    trace().add("crash and restart");
    box_.close();
    ++crashes_;
    come_back();
}

void World::damage_radius()
{
    radius_.close();
    const std::string path = box_.radius_path();
    const std::size_t how = chance_.below(4);
    trace().add("  radius.db is damaged, way " + std::to_string(how));
    struct stat facts{};
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

void World::arm_at_random()
{
    if (faults_.crash && chance_.one_in(25))
        box_.arm(chance_.pick(Box::crash_points()));
}

void World::job_step(const std::string& name)
{
    trace().add("job " + name);
    const End end = attempt([&] { (void)box_.step(name); });
    const bool took_place = end == End::Done || box_.committed();
    if (took_place && name == "expiry")
        oracle_.expiry_tick(time_);
    if (took_place && name == "deferred_purchase")
        oracle_.deferred_tick(time_);
    if (end == End::Done && name == "expiry")
        check_sweep(time_);
    settle(end);
}

void World::clock_step()
{
    if (clock_is_right_)
        return;
    if (ahead_ != 0 && chance_.one_in(2)) {
        trace().add("the clock is right again");
        set_clock(0);
        if (judged().suspect) {
            trace().add("an operator accepts it");
            accepting_clock_ = true;
            const End end = attempt([&] {
                box_.context().db.write(
                    [&](mnara::storage::Tx& tx) { mnara::usecases::accept_clock(tx, clock_); });
            });
            settle(end);
            accepting_clock_ = false;
        }
        return;
    }
    if (faults_.clock_1970 && chance_.one_in(3))
        set_clock(100'000 - true_now());
    else if (faults_.clock_forward && chance_.one_in(2))
        set_clock(chance_.between(kHour, 60 * kDay));
    else if (faults_.clock_skewed)
        set_clock(chance_.between(-1200, 1200));
    trace().add("the clock is off by " + std::to_string(ahead_) + " s");
}

void World::step()
{
    const std::size_t dice = chance_.below(100);
    if (dice < 16) {
        const Stamp seconds =
            chance_.one_in(40) ? chance_.between(1, kDay) : chance_.between(0, longest_pause_);
        trace().add("advance " + std::to_string(seconds) + " s");
        advance(seconds);
        return;
    }
    arm_at_random();
    if (dice < 56)
        job_step(chance_.pick(Box::job_names()));
    else if (dice < 70)
        people_step();
    else if (dice < 97)
        network_step();
    else if (dice < 98 && faults_.crash)
        crash();
    else if (dice < 99 && faults_.disk_full) {
        disk_full_ = !disk_full_;
        trace().add(disk_full_ ? "the disk is full" : "there is space again");
        box_.set_disk_full(disk_full_);
    } else
        clock_step();
    box_.disarm();
}

void World::run(int steps)
{
    for (int i = 1; i <= steps; ++i) {
        trace().step = i;
        step();
        if (i % kFullCheckEvery == 0)
            check_all();
    }
    check_all();
}

void World::heal()
{
    trace().add("all faults off");
    healing_ = true;
    faults_ = {};
    provider_.hurry();
    box_.disarm();
    if (disk_full_)
        box_.set_disk_full(false);
    disk_full_ = false;
    set_clock(0);
    accepting_clock_ = true;
    settle(attempt([&] {
        box_.context().db.write(
            [&](mnara::storage::Tx& tx) { mnara::usecases::accept_clock(tx, clock_); });
    }));
    accepting_clock_ = false;
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
    }
    violated("the box finds no rest");
}

std::string World::summary()
{
    return std::to_string(oracle_.movements.size()) + " movements, " +
           std::to_string(accepted_) + " logins of " + std::to_string(answered_) + " answers, " +
           std::to_string(crashes_) + " crashes; faults: " + drawn_;
}

} // namespace sim
