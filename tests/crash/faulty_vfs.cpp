#include "crash/faulty_vfs.hpp"

#include "core/check.hpp"
#include "crash/disk_image.hpp"

#include <cstring>
#include <memory>
#include <new>
#include <sqlite3.h>
#include <unistd.h>

namespace crash {

namespace {

struct State
{
    FaultPlan plan;
    sqlite3_vfs* real = nullptr;
    sqlite3_vfs layer{};
    DiskImage image;
    std::string events;
    bool failing = false;
};
State& state()
{
    static State it;
    return it;
}

// SQLite reserves the bytes behind this for the file of the VFS below.
struct LayerFile
{
    sqlite3_file base;
    std::string* path; // empty for a temporary file, which no crash can hurt
    sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};

LayerFile& layer_file(sqlite3_file* file)
{
    return *reinterpret_cast<LayerFile*>(file);
}
sqlite3_file* below(sqlite3_file* file)
{
    return layer_file(file).real();
}

// What is to be done now with an event of that kind.
Fault meet(char kind)
{
    State& s = state();
    s.events += kind;
    const bool now = static_cast<std::int64_t>(s.events.size()) == s.plan.at_event;
    const bool fails = s.plan.fault == Fault::DiskFull || s.plan.fault == Fault::IoError;
    if (fails) {
        s.failing = s.failing || now;
        return s.failing && kind != 'D' ? s.plan.fault : Fault::None; // a full disk can delete
    }
    return now ? s.plan.fault : Fault::None;
}

[[noreturn]] void die()
{
    State& s = state();
    if (s.plan.fault == Fault::PowerLoss) {
        mnara::SeededRandom random(s.plan.seed * 1'000'003 +
                                   static_cast<std::uint64_t>(s.plan.at_event));
        s.image.lose_power(random);
    }
    ::_exit(kDiedAsPlanned);
}

bool is_error(Fault fault)
{
    return fault == Fault::DiskFull || fault == Fault::IoError;
}
int error_code(Fault fault, int io_error)
{
    return fault == Fault::DiskFull ? SQLITE_FULL : io_error;
}

int x_write(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 offset)
{
    State& s = state();
    LayerFile& mine = layer_file(file);
    if (mine.path->empty())
        return below(file)->pMethods->xWrite(below(file), bytes, size, offset);
    const Fault fault = meet('W');
    if (is_error(fault))
        return error_code(fault, SQLITE_IOERR_WRITE);
    s.image.written(*mine.path, offset,
                    {static_cast<const char*>(bytes), static_cast<std::size_t>(size)});
    if (fault == Fault::Death) {
        mnara::SeededRandom random(s.plan.seed + s.events.size());
        const int part = static_cast<int>(random.below(static_cast<std::uint64_t>(size) + 1));
        below(file)->pMethods->xWrite(below(file), bytes, part, offset);
    }
    if (fault != Fault::None)
        die();
    return below(file)->pMethods->xWrite(below(file), bytes, size, offset);
}

int x_truncate(sqlite3_file* file, sqlite3_int64 size)
{
    LayerFile& mine = layer_file(file);
    if (!mine.path->empty()) {
        const Fault fault = meet('T');
        if (is_error(fault))
            return error_code(fault, SQLITE_IOERR_TRUNCATE);
        state().image.truncated(*mine.path, size);
        if (fault != Fault::None)
            die();
    }
    return below(file)->pMethods->xTruncate(below(file), size);
}

// The death of a process loses nothing that was written, so the real sync is left out.
int x_sync(sqlite3_file* file, int)
{
    LayerFile& mine = layer_file(file);
    if (mine.path->empty())
        return SQLITE_OK;
    const Fault fault = meet('S');
    if (is_error(fault))
        return error_code(fault, SQLITE_IOERR_FSYNC);
    if (fault != Fault::None)
        die();
    if (!state().plan.syncs_lie)
        state().image.synced(*mine.path);
    return SQLITE_OK;
}

int x_close(sqlite3_file* file)
{
    const int code = below(file)->pMethods->xClose(below(file));
    delete layer_file(file).path;
    return code;
}
int x_read(sqlite3_file* file, void* out, int size, sqlite3_int64 offset)
{
    return below(file)->pMethods->xRead(below(file), out, size, offset);
}
int x_file_size(sqlite3_file* file, sqlite3_int64* size)
{
    return below(file)->pMethods->xFileSize(below(file), size);
}
int x_lock(sqlite3_file* file, int level)
{
    return below(file)->pMethods->xLock(below(file), level);
}
int x_unlock(sqlite3_file* file, int level)
{
    return below(file)->pMethods->xUnlock(below(file), level);
}
int x_check_lock(sqlite3_file* file, int* held)
{
    return below(file)->pMethods->xCheckReservedLock(below(file), held);
}
int x_control(sqlite3_file* file, int what, void* argument)
{
    return below(file)->pMethods->xFileControl(below(file), what, argument);
}
int x_sector_size(sqlite3_file* file)
{
    return below(file)->pMethods->xSectorSize(below(file));
}
int x_characteristics(sqlite3_file* file)
{
    return below(file)->pMethods->xDeviceCharacteristics(below(file));
}
int x_shm_map(sqlite3_file* file, int page, int size, int extend, void volatile** at)
{
    return below(file)->pMethods->xShmMap(below(file), page, size, extend, at);
}
int x_shm_lock(sqlite3_file* file, int offset, int count, int flags)
{
    return below(file)->pMethods->xShmLock(below(file), offset, count, flags);
}
void x_shm_barrier(sqlite3_file* file)
{
    below(file)->pMethods->xShmBarrier(below(file));
}
int x_shm_unmap(sqlite3_file* file, int remove)
{
    return below(file)->pMethods->xShmUnmap(below(file), remove);
}

const sqlite3_io_methods kMethods = {2,
                                     x_close,
                                     x_read,
                                     x_write,
                                     x_truncate,
                                     x_sync,
                                     x_file_size,
                                     x_lock,
                                     x_unlock,
                                     x_check_lock,
                                     x_control,
                                     x_sector_size,
                                     x_characteristics,
                                     x_shm_map,
                                     x_shm_lock,
                                     x_shm_barrier,
                                     x_shm_unmap,
                                     nullptr,
                                     nullptr};

int x_open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out_flags)
{
    State& s = state();
    LayerFile& mine = layer_file(file);
    mine.base.pMethods = nullptr;
    const int code = s.real->xOpen(s.real, name, mine.real(), flags, out_flags);
    if (code != SQLITE_OK)
        return code;
    constexpr int kKept = SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL;
    const bool kept = name != nullptr && (flags & kKept) != 0;
    mine.path = new std::string(kept ? name : "");
    mine.base.pMethods = &kMethods;
    if (kept)
        s.image.opened(*mine.path);
    return SQLITE_OK;
}

int x_delete(sqlite3_vfs*, const char* name, int sync_folder)
{
    State& s = state();
    if (meet('D') != Fault::None)
        die();
    const int code = s.real->xDelete(s.real, name, sync_folder);
    if (code == SQLITE_OK)
        s.image.deleted(name, sync_folder != 0);
    return code;
}

} // namespace

void install(const FaultPlan& plan)
{
    State& s = state();
    ENSURE(s.real == nullptr); // once in a process
    ENSURE(sqlite3_initialize() == SQLITE_OK);
    s.plan = plan;
    s.real = sqlite3_vfs_find(nullptr);
    s.layer = *s.real; // what is not replaced below needs nothing but the fields of the real one
    s.layer.zName = "mnara-faulty";
    s.layer.pNext = nullptr;
    s.layer.szOsFile = static_cast<int>(sizeof(LayerFile)) + s.real->szOsFile;
    s.layer.xOpen = x_open;
    s.layer.xDelete = x_delete;
    ENSURE(sqlite3_vfs_register(&s.layer, 1) == SQLITE_OK);
}

const std::string& events()
{
    return state().events;
}
bool is_failing()
{
    return state().failing;
}
void repair()
{
    state().failing = false;
    state().plan.fault = Fault::None;
}

} // namespace crash
