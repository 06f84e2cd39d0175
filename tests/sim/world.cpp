#include "sim/world.hpp"

#include "sim/disk.hpp"
#include "sim/trace.hpp"

#include <algorithm>

namespace sim {

namespace {

constexpr Stamp kStart = 1'790'000'000; // 2026-09-21, plausible to the product
constexpr Stamp kFirstPlausible = 1'767'225'600;
constexpr int kFullCheckEvery = 50;
constexpr int kSettleEvery = 250;
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
    disk().begin();
    box_.open();
    eye_.open(box_.main_path());
    mark_ = eye_.number("SELECT at FROM clock_mark");
    time_ = judged();
    found();
    disk().settle();
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
    arm_one_in(25);
    if (dice < 56)
        job_step(chance_.pick(Box::job_names()));
    else if (dice < 70)
        people_step();
    else if (dice < 97)
        network_step();
    else if (dice < 98 && faults_.crash)
        crash();
    else if (dice < 99 && faults_.disk_full)
        disk_step();
    else
        clock_step();
    disk().disarm();
}

void World::disk_step()
{
    using Full = Disk::Full;
    disk().full =
        is_disk_full() ? Full::No : chance_.pick(std::vector{Full::Main, Full::Radius, Full::Both});
    trace().add(is_disk_full() ? "the disk is full" : "there is space again");
}

void World::run(int steps)
{
    for (int i = 1; i <= steps; ++i) {
        trace().step = i;
        step();
        if (i % kFullCheckEvery == 0)
            check_all();
        if (i % kSettleEvery == 0)
            settle_all();
    }
    check_all();
}

std::string World::summary()
{
    return std::to_string(oracle_.movements.size()) + " movements, " + std::to_string(accepted_) +
           " logins of " + std::to_string(answered_) + " answers, " + std::to_string(crashes_) +
           " crashes; faults: " + drawn_;
}

} // namespace sim
