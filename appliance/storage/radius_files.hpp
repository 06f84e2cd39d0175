// The files of radius.db as the operating system sees them: the folder, owner group and modes, and
// whether the file that is open is still the one at the path. RadiusDb alone uses this.
//
// A POSIX lock is lost when its process closes any descriptor of that file, so nothing here opens
// radius.db or its -shm while a connection is open; whoever calls says so in the function's name or
// comment.
#pragma once

#include <array>
#include <string>
#include <string_view>

namespace mnara::storage {

class RadiusFiles
{
public:
    // The folder must exist and be setgid, so that FreeRADIUS's group gets what SQLite makes there;
    // the bit is set where we may. Throws StorageError in words.
    explicit RadiusFiles(const std::string& folder);

    [[nodiscard]] const std::string& path() const { return path_; }
    [[nodiscard]] bool exists() const;

    // Makes an empty radius.db, 0640 before a WAL can exist, and removes the -wal and -shm of a
    // file that is gone. No connection may be open.
    void create_anew() const;
    // Group and modes: radius.db and -wal 0640, -shm 0660, since a reader that cannot lock the -shm
    // now and then fails. Makes a missing -shm first, so that no reader ever meets one it cannot
    // write.
    void set_rights() const;

    // The three files at their paths are from now on the ones that are open.
    void remember();
    [[nodiscard]] bool is_in_place() const;

    // Whether page 1 begins as radius.db does: SQLite, 4096 bytes a page, WAL. No connection may be
    // open.
    [[nodiscard]] bool has_good_header() const;
    // Writes page 1 into the file as it stands. No connection of this process may be open.
    void write_first_page(std::string_view page) const;

private:
    struct Identity
    {
        unsigned long device = 0, inode = 0;
        bool operator==(const Identity&) const = default;
    };
    [[nodiscard]] static Identity identity_of(const std::string& path);

    std::string path_;
    unsigned group_ = 0;
    std::array<Identity, 3> open_files_{};
};

} // namespace mnara::storage
