// The simulation: seeds in, violations out. See README.md beside this file.
#include "sim/folder.hpp"
#include "sim/rows.hpp"
#include "sim/trace.hpp"
#include "sim/world.hpp"

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <sys/time.h>

namespace {

struct Options
{
    std::uint64_t first = 1, last = 1;
    int steps = 2000;
    std::optional<int> until;
    std::string seeds_file;
    bool twice = false;
    bool loud = false;
    bool keep = false;
    sim::RowsWanted rows{.lines = 0, .source_folder = MNARA_SOURCE_DIR};
};

constexpr const char* kUsage =
    "sim [--seed N | --seeds A-B | --seeds-of FILE] [--steps 2000] [--until STEP] [--twice]\n"
    "    [--loud] [--keep]\n"
    "sim --rows LINES --now SECONDS --radius FOLDER --secret ROUTER_SECRET [--seed N]";

// What a suite of this many seeds must have met, or it has not tested what it says.
constexpr std::size_t kSeedsThatMeetAll = 40;
const std::vector<std::string>& must_be_seen()
{
    static const std::vector<std::string> all{"death at commit:payment",
                                              "death at commit:subscription",
                                              "death at log:payment.credited",
                                              "death at log:access.projected",
                                              "death at push:after",
                                              "death at query:after",
                                              "death at coa:after",
                                              "death in a write",
                                              "death at start",
                                              "power loss",
                                              "the disk was full",
                                              "clock ahead",
                                              "clock behind",
                                              "clock of 1970",
                                              "clock suspect",
                                              "paid while the clock was wrong",
                                              "deferred purchase made",
                                              "a line that expired too early comes back",
                                              "two tabs at once",
                                              "burst of payments",
                                              "projection fails for long",
                                              "settled"};
    return all;
}

// A failed ENSURE aborts: the last actions are what a reader needs then.
extern "C" void on_abort(int)
{
    (void)std::fprintf(stderr, "VIOLATION seed %llu: the process aborts\n",
                       static_cast<unsigned long long>(sim::trace().seed));
    sim::trace().print();
    (void)std::signal(SIGABRT, SIG_DFL);
}

// So does an endless loop, which would hold the write lock for ever.
constexpr time_t kHangSeconds = 60; // of this process, however busy the machine is
extern "C" void on_hang(int)
{
    (void)std::fputs("no end: it hangs\n", stderr);
    std::abort();
}

std::optional<std::uint64_t> run_seed(std::uint64_t seed, const Options& options)
{
    sim::Folder folder;
    sim::trace().begin(seed, options.loud);
    const itimerval hang{{}, {kHangSeconds, 0}};
    (void)::setitimer(ITIMER_PROF, &hang, nullptr);
    try {
        sim::World world(seed, folder.path(), MNARA_SOURCE_DIR);
        sim::trace().faults = world.faults();
        world.run(options.until.value_or(options.steps));
        if (!options.until)
            world.heal();
        const std::uint64_t hash = world.hash();
        std::printf("seed %llu: ok, hash %016llx; %s\n", static_cast<unsigned long long>(seed),
                    static_cast<unsigned long long>(hash), world.summary().c_str());
        return hash;
    } catch (const std::exception& error) {
        (void)std::fprintf(stderr, "VIOLATION seed %llu: %s\n",
                           static_cast<unsigned long long>(seed), error.what());
        sim::trace().print();
        (void)std::fprintf(stderr, "again: sim --seed %llu --steps %d\n",
                           static_cast<unsigned long long>(seed), options.steps);
    }
    if (options.keep) {
        folder.kept = true;
        (void)std::fprintf(stderr, "its files: %s\n", folder.path().c_str());
    }
    return std::nullopt;
}

std::vector<std::uint64_t> seeds_of(const Options& options)
{
    std::vector<std::uint64_t> seeds;
    if (options.seeds_file.empty()) {
        for (std::uint64_t seed = options.first; seed <= options.last; ++seed)
            seeds.push_back(seed);
        return seeds;
    }
    std::ifstream file(options.seeds_file);
    if (!file)
        throw std::runtime_error("cannot read " + options.seeds_file);
    for (std::string line; std::getline(file, line);)
        if (const std::size_t digit = line.find_first_of("0123456789#");
            digit != std::string::npos && line[digit] != '#')
            seeds.push_back(std::stoull(line.substr(digit))); // what follows says why
    return seeds;
}

Options read_options(int count, char** words)
{
    Options options;
    for (int i = 1; i < count; ++i) {
        const std::string word = words[i];
        const auto value = [&]() -> std::string {
            if (++i >= count)
                throw std::runtime_error(word + " needs a value");
            return words[i];
        };
        if (word == "--seed") {
            options.first = options.last = std::stoull(value());
        } else if (word == "--seeds") {
            const std::string range = value();
            options.first = std::stoull(range);
            options.last = std::stoull(range.substr(range.find('-') + 1));
        } else if (word == "--seeds-of") {
            options.seeds_file = value();
        } else if (word == "--steps") {
            options.steps = std::stoi(value());
        } else if (word == "--until") {
            options.until = std::stoi(value());
        } else if (word == "--twice") {
            options.twice = true;
        } else if (word == "--loud") {
            options.loud = true;
        } else if (word == "--keep") {
            options.keep = true;
        } else if (word == "--rows") {
            options.rows.lines = std::stoi(value());
        } else if (word == "--now") {
            options.rows.now = std::stoll(value());
        } else if (word == "--radius") {
            options.rows.radius_folder = value();
        } else if (word == "--secret") {
            options.rows.router_secret = value();
        } else {
            throw std::runtime_error(kUsage);
        }
    }
    return options;
}

int run_all(const Options& options)
{
    std::vector<std::string> failed;
    const auto seeds = seeds_of(options);
    for (const std::uint64_t seed : seeds) {
        const auto hash = run_seed(seed, options);
        if (!hash || (options.twice && run_seed(seed, options) != hash))
            failed.push_back("seed " + std::to_string(seed));
    }
    for (const auto& [what, times] : sim::trace().seen())
        std::printf("%8d x %s\n", times, what.c_str());
    if (seeds.size() >= kSeedsThatMeetAll && options.steps >= Options().steps)
        for (const std::string& what : must_be_seen())
            if (!sim::trace().seen().contains(what))
                failed.push_back("never met: " + what);
    std::printf("%zu seeds, %zu failures\n", seeds.size(), failed.size());
    for (const std::string& what : failed)
        std::printf("FAIL %s\n", what.c_str());
    return failed.empty() ? 0 : 1;
}

} // namespace

int main(int count, char** words)
{
    try {
        Options options = read_options(count, words);
        (void)std::setvbuf(stdout, nullptr, _IOLBF, BUFSIZ);
        (void)std::signal(SIGABRT, on_abort);
        (void)std::signal(SIGPROF, on_hang);
        mnara::crypto::initialise();
        if (options.rows.lines > 0) {
            options.rows.seed = options.first;
            sim::write_rows(options.rows);
            return 0;
        }
        return run_all(options);
    } catch (const std::exception& error) {
        (void)std::fprintf(stderr, "%s\n", error.what());
        return 2;
    }
}
