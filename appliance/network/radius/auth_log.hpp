// Follows the reason log of FreeRADIUS (radius/modules.conf): why each login was accepted or
// refused. Counts and position are committed together, so each line counts once, whatever dies. One
// thread calls step(); counts() is safe from any.
#pragma once

#include "network/radius/seldom.hpp"
#include "usecases/auth_results.hpp"

#include <atomic>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mnara::network::radius {

// One line without its line feed: "<epoch seconds> <accept|reject> <router> <station> <username>
// <reason>", single spaces, the last three URL-quoted, "-" for an absent station or reason. Nothing
// for anything else.
[[nodiscard]] std::optional<usecases::AuthVerdict> parse_auth_line(std::string_view line);

class AuthLogFollower
{
public:
    struct Settings
    {
        std::int64_t rotate_bytes = 16 * 1024 * 1024; // read to its end and this large: begin anew
        std::size_t batch_bytes = 256 * 1024;         // read by one step
    };
    struct Counts
    {
        std::int64_t verdicts = 0;
        std::int64_t garbage = 0; // lines that no FreeRADIUS of ours writes
    };

    AuthLogFollower(const usecases::Context& context, std::string path)
        : AuthLogFollower(context, std::move(path), Settings{})
    {
    }
    AuthLogFollower(const usecases::Context& context, std::string path, Settings settings);
    ~AuthLogFollower();
    AuthLogFollower(const AuthLogFollower&) = delete;
    AuthLogFollower& operator=(const AuthLogFollower&) = delete;

    // Reads what is new, up to a bound. True where it may pay to call again at once; else in 200 ms
    // or so. Never throws for what the file, the disk or the database does: it is tried again.
    bool step();

    [[nodiscard]] Counts counts() const { return {verdicts_, garbage_}; }

private:
    struct Line // of the batch, with the offset behind it
    {
        usecases::AuthVerdict verdict;
        std::int64_t end = 0;
    };

    [[nodiscard]] bool open_file();
    [[nodiscard]] bool open_as(const std::string& path, std::optional<std::int64_t> inode);
    void close_file();
    [[nodiscard]] bool read_more();
    void record(const std::vector<Line>& lines, std::int64_t end);
    void record_alone(const std::vector<Line>& lines, std::int64_t end);
    void at_end();
    void rotate();

    const usecases::Context& context_;
    std::string path_;
    Settings settings_;
    int file_ = -1;
    usecases::AuthLogPosition position_; // in file_; before it is open: what is stored
    bool position_known_ = false;
    bool replaced_ = false; // another file has our path; seen at the last step
    std::string buffer_;
    Seldom trouble_told_;
    std::atomic<std::int64_t> verdicts_{0}, garbage_{0};
};

} // namespace mnara::network::radius
