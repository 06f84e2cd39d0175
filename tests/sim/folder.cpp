#include "sim/folder.hpp"

#include <cstdlib>
#include <filesystem>
#include <stdexcept>

namespace sim {

Folder::Folder()
{
    path_ = std::filesystem::is_directory("/dev/shm") ? "/dev/shm" : "/tmp";
    path_ += "/mnara-sim-XXXXXX";
    if (::mkdtemp(path_.data()) == nullptr)
        throw std::runtime_error("cannot make a folder");
}

Folder::~Folder()
{
    std::error_code ignored;
    if (!kept)
        std::filesystem::remove_all(path_, ignored);
}

} // namespace sim
