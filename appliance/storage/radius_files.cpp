#include "storage/radius_files.hpp"

#include "storage/connection.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

namespace mnara::storage {

namespace {

constexpr mode_t kFileMode = 0640;
constexpr mode_t kShmMode = 0660;
constexpr mode_t kModeBits = 07777;
constexpr std::size_t kHeaderSize = 100;

[[noreturn]] void fail(int code, const std::string& words)
{
    throw StorageError(code, words);
}

[[noreturn]] void fail_errno(std::string_view doing, const std::string& path)
{
    const int why = errno;
    fail(why == ENOSPC ? SQLITE_FULL : SQLITE_CANTOPEN,
         fmt::format("cannot {} {}: {}", doing, path, std::strerror(why)));
}

class File // closed when it goes
{
public:
    File(const std::string& path, int flags, mode_t mode = 0)
        : descriptor_(::open(path.c_str(), flags | O_CLOEXEC | O_NOFOLLOW, mode))
    {
    }
    ~File()
    {
        if (descriptor_ >= 0)
            ::close(descriptor_);
    }
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    [[nodiscard]] bool is_open() const { return descriptor_ >= 0; }
    [[nodiscard]] int get() const { return descriptor_; }

private:
    int descriptor_;
};

void make(const std::string& path, mode_t mode)
{
    const File file(path, O_CREAT | O_EXCL | O_RDWR, mode);
    // The mode again, because the umask took bits of it away.
    if (!file.is_open() || ::fchmod(file.get(), mode) != 0)
        fail_errno("make", path);
}

// By path, never by descriptor: see the head of radius_files.hpp.
void set_right(const std::string& path, mode_t mode, gid_t group)
{
    struct stat is = {};
    if (::lstat(path.c_str(), &is) != 0)
        fail_errno("look at", path);
    if (!S_ISREG(is.st_mode))
        fail(SQLITE_CANTOPEN, path + " is not a plain file");
    if (is.st_gid != group && ::chown(path.c_str(), static_cast<uid_t>(-1), group) != 0)
        fail(SQLITE_PERM, fmt::format("{} must belong to group {} of its folder: {}", path, group,
                                      std::strerror(errno)));
    if ((is.st_mode & kModeBits) != mode && ::chmod(path.c_str(), mode) != 0)
        fail(SQLITE_PERM,
             fmt::format("{} must have mode {:04o}: {}", path, mode, std::strerror(errno)));
}

bool exists_at(const std::string& path)
{
    struct stat is = {};
    return ::lstat(path.c_str(), &is) == 0;
}

} // namespace

RadiusFiles::RadiusFiles(const std::string& folder) : path_(folder + "/radius.db")
{
    struct stat is = {};
    if (::stat(folder.c_str(), &is) != 0)
        fail_errno("look at the folder", folder);
    if (!S_ISDIR(is.st_mode))
        fail(SQLITE_CANTOPEN, folder + " is not a folder");
    if ((is.st_mode & S_ISGID) == 0 &&
        ::chmod(folder.c_str(), (is.st_mode & kModeBits) | S_ISGID) != 0)
        fail(SQLITE_PERM, fmt::format("the folder {} must be setgid and is not ours: run chmod g+s "
                                      "on it, or FreeRADIUS cannot read what is made there",
                                      folder));
    group_ = is.st_gid;
}

bool RadiusFiles::exists() const
{
    return exists_at(path_);
}

void RadiusFiles::create_anew() const
{
    for (const char* suffix : {"-wal", "-shm"}) {
        const std::string stale = path_ + suffix;
        if (::unlink(stale.c_str()) != 0 && errno != ENOENT)
            fail_errno("remove", stale);
    }
    make(path_, kFileMode);
}

void RadiusFiles::set_rights() const
{
    set_right(path_, kFileMode, group_);
    if (exists_at(path_ + "-wal"))
        set_right(path_ + "-wal", kFileMode, group_);
    if (!exists_at(path_ + "-shm"))
        make(path_ + "-shm", kShmMode);
    set_right(path_ + "-shm", kShmMode, group_);
}

RadiusFiles::Identity RadiusFiles::identity_of(const std::string& path)
{
    struct stat is = {};
    if (::lstat(path.c_str(), &is) != 0)
        return {};
    return {is.st_dev, is.st_ino};
}

void RadiusFiles::remember()
{
    open_files_ = {identity_of(path_), identity_of(path_ + "-wal"), identity_of(path_ + "-shm")};
}

bool RadiusFiles::is_in_place() const
{
    return open_files_ ==
           std::array{identity_of(path_), identity_of(path_ + "-wal"), identity_of(path_ + "-shm")};
}

bool RadiusFiles::has_good_header() const
{
    const File file(path_, O_RDONLY);
    if (!file.is_open())
        fail_errno("open", path_);
    std::array<unsigned char, kHeaderSize> header{};
    if (::pread(file.get(), header.data(), header.size(), 0) != static_cast<ssize_t>(header.size()))
        return false;
    // Bytes 16 and 17: the page size; 18 and 19: 2 for WAL (SQLite file format, section 1.3).
    return std::memcmp(header.data(), "SQLite format 3", 16) == 0 && header[16] == 0x10 &&
           header[17] == 0 && header[18] == 2 && header[19] == 2;
}

void RadiusFiles::write_first_page(std::string_view page) const
{
    const File file(path_, O_WRONLY);
    if (!file.is_open())
        fail_errno("open", path_);
    if (::pwrite(file.get(), page.data(), page.size(), 0) != static_cast<ssize_t>(page.size()))
        fail_errno("write", path_);
}

} // namespace mnara::storage
