// What the tests of storage/radius_db share: a folder for it, and rows to put in.
#pragma once

#include "storage/radius_db.hpp"
#include "unit/temp_folder.hpp"

#include <filesystem>
#include <fstream>
#include <sys/stat.h>

// A folder as radius.db wants it, which another account may pass through.
struct RadiusFolder
{
    TempFolder outer;
    std::string path = outer.path() + "/radius";
    std::string file = path + "/radius.db";

    RadiusFolder()
    {
        std::filesystem::permissions(outer.path(), std::filesystem::perms(0711));
        if (::mkdir(path.c_str(), 0750) != 0 || ::chmod(path.c_str(), 02750) != 0)
            throw std::runtime_error("cannot make " + path);
    }
    [[nodiscard]] struct stat look(const std::string& suffix = "") const
    {
        struct stat is = {};
        if (::stat((file + suffix).c_str(), &is) != 0)
            throw std::runtime_error("no " + file + suffix);
        return is;
    }
    [[nodiscard]] unsigned mode(const std::string& suffix = "") const
    {
        return look(suffix).st_mode & 07777U;
    }
    void garble(std::streamoff from, std::size_t size) const
    {
        std::fstream bytes(file, std::ios::in | std::ios::out | std::ios::binary);
        bytes.seekp(from);
        for (std::size_t at = 0; at < size; ++at)
            bytes.put(static_cast<char>((at * 151 + 57) % 253));
        if (!bytes.flush())
            throw std::runtime_error("cannot garble " + file);
    }
};

// A phase for ever; the rate tells the versions of a row apart.
inline mnara::domain::AccessPhase phase(const std::string& username, const std::string& rate)
{
    mnara::domain::AccessPhase p;
    p.username = username;
    p.until_at = mnara::kForever;
    p.verdict = "ok";
    p.password = "right";
    p.rate = rate;
    p.class_text = "sub:1:full";
    p.open_macs = " ";
    return p;
}

inline mnara::storage::RadiusDb::Outcome put(mnara::storage::RadiusDb& radius,
                                             const mnara::domain::AccessPhase& wanted)
{
    mnara::storage::RadiusDb::Batch batch(radius);
    const auto outcome =
        batch.replace_access(wanted.username, {mnara::storage::access_cells(wanted)}, 1);
    batch.commit();
    return outcome;
}

inline void fill(mnara::storage::RadiusDb& radius, const std::string& rate, int lines)
{
    mnara::storage::RadiusDb::Batch batch(radius);
    for (int at = 0; at < lines; ++at) {
        const auto wanted = phase("line" + std::to_string(at), rate);
        batch.replace_access(wanted.username, {mnara::storage::access_cells(wanted)}, 1);
    }
    batch.set_clock_mark(mnara::unix_time(1'800'000'000));
    batch.commit();
}

inline int count_lines(mnara::storage::RadiusDb& radius)
{
    mnara::storage::RadiusDb::Batch batch(radius);
    mnara::storage::RadiusDb::AccessScan scan(batch);
    int lines = 0;
    while (scan.next())
        ++lines;
    return lines;
}
