#include "sim/disk.hpp"

#include "core/check.hpp"
#include "crash/disk_image.hpp"

#include <map>
#include <sqlite3.h>
#include <string>

namespace sim {

namespace {

struct OpenFile
{
    const sqlite3_io_methods* below = nullptr; // SQLite's own
    std::string path;                          // empty for a temporary file, which nothing can hurt
};

// What SQLite's own VFS does, except for the few calls below: its files keep their own table of
// methods, of which a copy with those calls replaced is put in its place.
struct Layer
{
    sqlite3_vfs* real = nullptr;
    sqlite3_vfs vfs{};
    std::map<const sqlite3_io_methods*, sqlite3_io_methods> tables;
    std::map<sqlite3_file*, OpenFile> files;
    crash::DiskImage image;
};
Layer& layer()
{
    static Layer it;
    return it;
}

bool is_full_for(const std::string& path)
{
    const bool is_radius = path.find("/radius.db") != std::string::npos;
    switch (disk().full) {
    case Disk::Full::No:
        return false;
    case Disk::Full::Main:
        return !is_radius;
    case Disk::Full::Radius:
        return is_radius;
    case Disk::Full::Both:
        break;
    }
    return true;
}

int x_write(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 offset)
{
    const OpenFile& mine = layer().files.at(file);
    if (mine.path.empty())
        return mine.below->xWrite(file, bytes, size, offset);
    const bool was_dead = disk().is_dead();
    if (!disk().happens()) {
        // Of the write at which it dies the first half is done.
        if (!was_dead)
            (void)mine.below->xWrite(file, bytes, size / 2, offset);
        return SQLITE_IOERR_WRITE;
    }
    sqlite3_int64 now = 0;
    if (is_full_for(mine.path) && mine.below->xFileSize(file, &now) == SQLITE_OK &&
        offset + size > now)
        return SQLITE_FULL;
    layer().image.written(mine.path, offset,
                          {static_cast<const char*>(bytes), static_cast<std::size_t>(size)});
    return mine.below->xWrite(file, bytes, size, offset);
}

int x_truncate(sqlite3_file* file, sqlite3_int64 size)
{
    const OpenFile& mine = layer().files.at(file);
    if (!mine.path.empty()) {
        if (!disk().happens())
            return SQLITE_IOERR_TRUNCATE;
        layer().image.truncated(mine.path, size);
    }
    return mine.below->xTruncate(file, size);
}

// Nothing here outlives the machine, so the real sync is left out.
int x_sync(sqlite3_file* file, int)
{
    const OpenFile& mine = layer().files.at(file);
    if (!mine.path.empty()) {
        if (!disk().happens())
            return SQLITE_IOERR_FSYNC;
        layer().image.synced(mine.path);
    }
    return SQLITE_OK;
}

int x_close(sqlite3_file* file)
{
    const sqlite3_io_methods* below = layer().files.at(file).below;
    layer().files.erase(file);
    return below->xClose(file);
}

int x_open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out_flags)
{
    Layer& l = layer();
    const int code = l.real->xOpen(l.real, name, file, flags, out_flags);
    if (code != SQLITE_OK)
        return code;
    OpenFile& mine = l.files[file];
    mine.below = file->pMethods;
    sqlite3_io_methods& table = l.tables[mine.below];
    table = *mine.below;
    table.xWrite = x_write;
    table.xTruncate = x_truncate;
    table.xSync = x_sync;
    table.xClose = x_close;
    file->pMethods = &table;
    constexpr int kKept = SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL;
    if (name != nullptr && (flags & kKept) != 0) {
        mine.path = name;
        l.image.opened(name);
    }
    return SQLITE_OK;
}

int x_delete(sqlite3_vfs*, const char* name, int sync_folder)
{
    Layer& l = layer();
    if (disk().is_dead())
        return SQLITE_IOERR_DELETE;
    const int code = l.real->xDelete(l.real, name, sync_folder);
    if (code == SQLITE_OK)
        l.image.deleted(name, sync_folder != 0);
    return code;
}

void install()
{
    Layer& l = layer();
    ENSURE(sqlite3_initialize() == SQLITE_OK);
    l.real = sqlite3_vfs_find(nullptr);
    l.vfs = *l.real;
    l.vfs.zName = "mnara-sim";
    l.vfs.pNext = nullptr;
    l.vfs.xOpen = x_open;
    l.vfs.xDelete = x_delete;
    ENSURE(sqlite3_vfs_register(&l.vfs, 1) == SQLITE_OK);
}

} // namespace

Disk& disk()
{
    static Disk the = [] {
        install();
        return Disk();
    }();
    return the;
}

void Disk::begin()
{
    *this = Disk();
    layer().image = crash::DiskImage();
}

void Disk::settle()
{
    Layer& l = layer();
    l.image = crash::DiskImage();
    for (const auto& [file, mine] : l.files)
        if (!mine.path.empty())
            l.image.opened(mine.path);
}

void Disk::lose_power(mnara::Random& random)
{
    ENSURE(layer().files.empty());
    layer().image.lose_power(random);
    settle();
}

void Disk::revive()
{
    dead_ = false;
    events_left_ = 0;
}

bool Disk::happens()
{
    if (!dead_ && events_left_ > 0 && --events_left_ == 0)
        dead_ = true;
    return !dead_;
}

} // namespace sim
