#include "crash/child.hpp"

#include <optional>
#include <unistd.h>

namespace crash {

namespace {

constexpr std::uint64_t kSeedOfFirstLife = 2;
constexpr unsigned kHangSeconds = 120;
constexpr int kFailed = 3;

struct Failed
{
    std::string why;
};

// True where it was done; false where the house said cleanly that its disk is in trouble.
bool done(House& house, const std::function<void(House&)>& act)
{
    try {
        act(house);
        return true;
    } catch (const mnara::storage::StorageError& error) {
        if (!is_failing())
            throw Failed{std::string("trouble without a fault: ") + error.what()};
    } catch (const Refused& refused) {
        if (!is_failing())
            throw Failed{"refused without a fault: " + refused.body};
        if (refused.body.find("\"status\":") == std::string::npos)
            throw Failed{"not a problem answer: " + refused.body};
    }
    return false;
}

void require_order(House& house, const std::string& when)
{
    if (const std::string trouble = house.trouble(); !trouble.empty())
        throw Failed{when + ": " + trouble};
}

void take(House& house, const Step& step, Control control)
{
    if (control == Control::EarlyAck && step.recorded)
        house.outside.acknowledged(step.name);
    if (!done(house, step.act)) {
        require_order(house, "after a failed " + step.name);
        // Somebody tries again before there is space, and once more after it.
        if (!done(house, step.act)) {
            require_order(house, "after a second failed " + step.name);
            repair();
            step.act(house);
        }
    }
    if (step.recorded)
        house.outside.acknowledged(step.name);
}

std::string play(const Story& story, House& house, const Trial& trial)
{
    if (!done(house, [](House& it) { it.start(); })) {
        repair();
        house.start();
    }
    for (const Step& step : story.steps)
        take(house, step, trial.control);
    if (trial.plan.fault != Fault::DiskFull && trial.plan.fault != Fault::IoError)
        return {};
    repair();
    house.work();
    return first_of({house.trouble(), house.projection_trouble(), story.trouble(house)});
}

} // namespace

int run_child(const Story& story, const Trial& trial, const std::string& folder,
              const std::string& token, int pipe)
{
    ::alarm(kHangSeconds);
    std::string trouble;
    try {
        install(trial.plan);
        Outside outside(pipe);
        std::optional<House> house;
        try {
            house.emplace(folder, outside, kSeedOfFirstLife);
        } catch (const mnara::storage::StorageError&) {
            if (!is_failing())
                throw;
            repair(); // the daemon would not start; systemd starts it again
            house.emplace(folder, outside, kSeedOfFirstLife);
        }
        house->token = token;
        trouble = play(story, *house, trial);
        if (trial.verbose)
            for (const std::string& line : house->log_lines)
                ::dprintf(2, "first life: %s\n", line.c_str());
    } catch (const Failed& failed) {
        trouble = failed.why;
    } catch (const Refused& refused) {
        trouble = "refused after the repair: " + refused.body;
    } catch (const std::exception& error) {
        trouble = std::string("exception: ") + error.what();
    }
    if (!trouble.empty()) {
        for (char& letter : trouble)
            letter = letter == '\n' ? ' ' : letter;
        ::dprintf(pipe, "%s%s\n", kTroubleLine, trouble.c_str());
        return kFailed;
    }
    ::dprintf(pipe, "%s%s\n", kEventsLine, events().c_str());
    return 0;
}

} // namespace crash
