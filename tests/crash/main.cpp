// crash_sweep STORY death|power|full|io|disk [--all] [--seeds N] [--at N --seed S [--verbose]]
// crash_sweep STORY early-ack|lying-disk
// crash_sweep --list
//   Plays the story once to learn its events, then once more for each of them with a fault there.
//   "disk" is "full" at the odd events and "io" at the even ones.
//   Without --all: every sync, truncation and deletion, what follows them, and a part of the other
//   writes. --seeds: how many power losses at each event. --at plays one event again.
//   early-ack and lying-disk are controls: they succeed, and end, where the harness sees that
//   something is wrong.
#include "crash/sweep.hpp"
#include "unit/temp_folder.hpp"

#include <charconv>
#include <cstdio>
#include <cstring>
#include <map>
#include <unistd.h>

// The sweep forks often, and what the sanitizer keeps of freed memory makes that slow. What is set
// in the environment wins.
extern "C" const char* __asan_default_options()
{
    return "quarantine_size_mb=4:malloc_context_size=8";
}

namespace {

using namespace crash;

constexpr std::size_t kOneWriteOf = 17; // in quick mode; a prime, so that no pattern is missed

struct Options
{
    std::string story, mode;
    bool all = false, verbose = false;
    std::int64_t at_event = 0;
    std::uint64_t seeds = 1, seed = 1;
};

[[noreturn]] void usage()
{
    std::fprintf(stderr, "crash_sweep STORY death|power|full|io|disk|early-ack|lying-disk [--all] "
                         "[--seeds N] [--at N] [--seed N] [--verbose]\n");
    std::exit(2);
}

std::int64_t number(const char* text)
{
    std::int64_t value = 0;
    const char* end = text + std::strlen(text);
    if (std::from_chars(text, end, value).ptr != end || value < 1)
        usage();
    return value;
}

Options read(int argc, char** argv)
{
    if (argc < 3)
        usage();
    Options options{argv[1], argv[2]};
    for (int i = 3; i < argc; ++i) {
        const std::string word = argv[i];
        if (word == "--all")
            options.all = true;
        else if (word == "--verbose")
            options.verbose = true;
        else if (i + 1 == argc)
            usage();
        else if (word == "--at")
            options.at_event = number(argv[++i]);
        else if (word == "--seeds")
            options.seeds = static_cast<std::uint64_t>(number(argv[++i]));
        else if (word == "--seed")
            options.seed = static_cast<std::uint64_t>(number(argv[++i]));
        else
            usage();
    }
    return options;
}

const Story& find_story(const std::string& name)
{
    for (const Story& story : stories())
        if (story.name == name)
            return story;
    usage();
}

bool is_chosen(const std::string& events, std::size_t at, bool all)
{
    if (all || at % kOneWriteOf == 0)
        return true;
    return events[at] != 'W' || (at > 0 && events[at - 1] != 'W');
}

Trial trial_of(const std::string& mode)
{
    static const std::map<std::string, Fault> faults = {
        {"death", Fault::Death},         {"power", Fault::PowerLoss}, {"full", Fault::DiskFull},
        {"io", Fault::IoError},          {"disk", Fault::DiskFull},   {"early-ack", Fault::Death},
        {"lying-disk", Fault::PowerLoss}};
    const auto fault = faults.find(mode);
    if (fault == faults.end())
        usage();
    Trial trial;
    trial.plan.fault = fault->second;
    if (mode == "early-ack")
        trial.control = Control::EarlyAck;
    if (mode == "lying-disk") {
        trial.control = Control::LyingDisk;
        trial.plan.syncs_lie = true;
    }
    return trial;
}

void choose_fault(Trial& trial, const std::string& mode)
{
    if (mode == "disk")
        trial.plan.fault = trial.plan.at_event % 2 == 1 ? Fault::DiskFull : Fault::IoError;
}

int replay(const Sweep& sweep, Trial trial, const Options& options)
{
    trial.plan.at_event = options.at_event;
    trial.plan.seed = options.seed;
    trial.verbose = options.verbose;
    choose_fault(trial, options.mode);
    const Verdict verdict = sweep.run(trial);
    std::printf("%s\n", verdict.trouble.empty() ? "all is well" : verdict.trouble.c_str());
    return verdict.trouble.empty() ? 0 : 1;
}

int run(const Options& options)
{
    // In memory where there is such a folder: what the second life syncs need not reach a disk.
    if (::access("/dev/shm", W_OK) == 0 && std::getenv("TMPDIR") == nullptr)
        ::setenv("TMPDIR", "/dev/shm", 1);
    const TempFolder scratch;
    const Sweep sweep(find_story(options.story), scratch.path());
    Trial trial = trial_of(options.mode);
    if (options.at_event > 0)
        return replay(sweep, trial, options);

    const Verdict clean = sweep.run({{}, trial.control, false});
    if (!clean.ended_clean || !clean.trouble.empty()) {
        std::printf("%s: without any fault: %s\n", options.story.c_str(), clean.trouble.c_str());
        return 1;
    }
    int runs = 0, troubles = 0;
    // One event more than there were: that run must end clean, or the story does not repeat itself.
    for (std::size_t at = 0; at <= clean.events.size(); ++at) {
        if (at < clean.events.size() && !is_chosen(clean.events, at, options.all))
            continue;
        for (std::uint64_t seed = options.seed; seed < options.seed + options.seeds; ++seed) {
            trial.plan.at_event = static_cast<std::int64_t>(at) + 1;
            trial.plan.seed = seed;
            choose_fault(trial, options.mode);
            Verdict verdict = sweep.run(trial);
            ++runs;
            const bool is_past = at == clean.events.size();
            if (is_past && !verdict.ended_clean)
                verdict.trouble = "the story does not repeat itself";
            if (verdict.trouble.empty())
                continue;
            ++troubles;
            std::printf("%s %s --at %zu --seed %llu: %s\n", options.story.c_str(),
                        options.mode.c_str(), at + 1, static_cast<unsigned long long>(seed),
                        verdict.trouble.c_str());
            if (trial.control != Control::None) {
                std::printf("the control was seen after %d runs\n", runs);
                return 0;
            }
        }
    }
    std::printf("%s %s: %zu events, %d runs, %d in trouble\n", options.story.c_str(),
                options.mode.c_str(), clean.events.size(), runs, troubles);
    return troubles == 0 && trial.control == Control::None ? 0 : 1;
}

} // namespace

int main(int argc, char** argv)
{
    if (argc == 2 && std::string(argv[1]) == "--list") {
        for (const Story& story : stories())
            std::printf("%s\n", story.name.c_str());
        return 0;
    }
    return run(read(argc, argv));
}
