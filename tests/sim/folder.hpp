// A folder for a run, gone with it.
#pragma once

#include <string>

namespace sim {

// In memory where there is such a folder: what reaches a disk, and what does not, is
// sim/disk.hpp's.
class Folder
{
public:
    Folder();
    ~Folder();
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    [[nodiscard]] const std::string& path() const { return path_; }
    bool kept = false;

private:
    std::string path_;
};

} // namespace sim
