// Runs a target over files, without libFuzzer: so a committed corpus is an ordinary test.
//   replay_<target> FILE_OR_FOLDER...
// Fails where there is nothing to run.
#include "fuzz/check.hpp"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace {

namespace files = std::filesystem;

std::vector<files::path> inputs(const char* where)
{
    if (!files::is_directory(where))
        return {where};
    std::vector<files::path> found;
    for (const auto& entry : files::recursive_directory_iterator(where))
        if (entry.is_regular_file())
            found.push_back(entry.path());
    std::sort(found.begin(), found.end());
    return found;
}

} // namespace

int main(int argc, char** argv)
{
    int runs = 0;
    for (int i = 1; i < argc; ++i) {
        for (const files::path& path : inputs(argv[i])) {
            std::ifstream file(path, std::ios::binary);
            if (!file) {
                std::fprintf(stderr, "cannot read %s\n", path.c_str());
                return 1;
            }
            // Named first: a crash leaves no time for it afterwards.
            std::printf("%s\n", path.filename().c_str());
            std::fflush(stdout);
            const std::vector<char> bytes{std::istreambuf_iterator<char>(file), {}};
            // Bytes of their own on the heap, so that a read beyond the end is seen.
            LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()),
                                   bytes.size());
            ++runs;
        }
    }
    std::printf("%d inputs\n", runs);
    return runs > 0 ? 0 : 1;
}
