// The simulation: seeds in, violations out. See README.md beside this file.
#include "sim/trace.hpp"
#include "sim/world.hpp"

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dirent.h>
#include <fstream>
#include <optional>
#include <sstream>
#include <sys/stat.h>
#include <unistd.h>

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
};

// In memory where there is such a folder: the product syncs each COMMIT, and that is not what is
// tested here.
class Folder
{
public:
    Folder()
    {
        struct stat facts{};
        std::string name = ::stat("/dev/shm", &facts) == 0 ? "/dev/shm" : "/tmp";
        name += "/mnara-sim-XXXXXX";
        if (::mkdtemp(name.data()) == nullptr)
            throw std::runtime_error("cannot make a folder");
        path_ = name;
    }
    ~Folder()
    {
        if (!kept) {
            remove_all(path_ + "/radius");
            remove_all(path_);
        }
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    [[nodiscard]] const std::string& path() const { return path_; }
    bool kept = false;

private:
    static void remove_all(const std::string& folder)
    {
        DIR* dir = ::opendir(folder.c_str());
        if (dir == nullptr)
            return;
        while (const dirent* entry = ::readdir(dir))
            (void)::unlink((folder + "/" + entry->d_name).c_str());
        ::closedir(dir);
        (void)::rmdir(folder.c_str());
    }
    std::string path_;
};

// A failed ENSURE aborts: the last actions are what a reader needs then.
extern "C" void on_abort(int)
{
    (void)std::fprintf(stderr, "VIOLATION seed %llu: the process aborts\n",
                       static_cast<unsigned long long>(sim::trace().seed));
    sim::trace().print();
    (void)std::signal(SIGABRT, SIG_DFL);
}

// So does an endless loop, which would hold the write lock for ever.
constexpr unsigned kHangSeconds = 20;
extern "C" void on_hang(int)
{
    (void)std::fputs("no end: it hangs\n", stderr);
    std::abort();
}

std::optional<std::uint64_t> run_seed(std::uint64_t seed, const Options& options)
{
    Folder folder;
    sim::trace().begin(seed, options.loud);
    (void)::alarm(kHangSeconds);
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
        (void)std::fprintf(stderr, "VIOLATION seed %llu: %s\n", static_cast<unsigned long long>(seed),
                           error.what());
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
        if (!line.empty() && line[0] != '#')
            seeds.push_back(std::stoull(line));
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
        } else {
            throw std::runtime_error(
                "sim [--seed N | --seeds A-B | --seeds-of FILE] [--steps 2000] [--until STEP] "
                "[--twice] [--loud] [--keep]");
        }
    }
    return options;
}

} // namespace

int main(int count, char** words)
{
    try {
        const Options options = read_options(count, words);
        (void)std::signal(SIGABRT, on_abort);
        (void)std::signal(SIGALRM, on_hang);
        mnara::crypto::initialise();
        std::vector<std::uint64_t> failed;
        const auto seeds = seeds_of(options);
        for (const std::uint64_t seed : seeds) {
            const auto hash = run_seed(seed, options);
            if (!hash || (options.twice && run_seed(seed, options) != hash))
                failed.push_back(seed);
        }
        std::printf("%zu seeds, %zu failed\n", seeds.size(), failed.size());
        for (const std::uint64_t seed : failed)
            std::printf("FAIL seed %llu\n", static_cast<unsigned long long>(seed));
        return failed.empty() ? 0 : 1;
    } catch (const std::exception& error) {
        (void)std::fprintf(stderr, "%s\n", error.what());
        return 2;
    }
}
