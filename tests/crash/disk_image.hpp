// What a disk would hold after a power loss: for each file the bytes of its last sync, and what was
// written since, each piece of which may be lost or damaged when the lights go out.
#pragma once

#include "core/random.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace crash {

class DiskImage
{
public:
    // The file is there with what it holds now, or is made now.
    void opened(const std::string& path);
    void written(const std::string& path, std::int64_t offset, std::string_view bytes);
    void truncated(const std::string& path, std::int64_t size);
    void synced(const std::string& path);
    // `durably`: the folder was synced too; else the file may come back.
    void deleted(const std::string& path, bool durably);

    // Rewrites the real files as they may look afterwards.
    void lose_power(mnara::Random& random);

private:
    struct Piece
    {
        std::int64_t offset = 0;
        std::string bytes;
        bool truncates = false; // to `offset` bytes
    };
    struct File
    {
        std::string durable;
        std::vector<Piece> pending;
        bool deleted = false, may_come_back = false;
    };
    static void apply(std::string& content, const Piece& piece);

    std::map<std::string, File> files_;
};

} // namespace crash
