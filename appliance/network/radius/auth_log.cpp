#include "network/radius/auth_log.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace mnara::network::radius {

namespace {

std::string older(const std::string& path)
{
    return path + ".1";
}

} // namespace

AuthLogFollower::AuthLogFollower(const usecases::Context& context, std::string path,
                                 Settings settings)
    : context_(context), path_(std::move(path)), settings_(settings)
{
}

AuthLogFollower::~AuthLogFollower()
{
    close_file();
}

bool AuthLogFollower::step()
{
    try {
        if (file_ < 0 && !open_file())
            return false;
        if (read_more())
            return true;
        at_end();
        return false;
    } catch (const std::exception& error) {
        if (trouble_told_.due(context_.clock))
            context_.log.error("auth_log.trouble",
                               "could not follow the reason log; it is tried again",
                               {{"path", path_}, {"reason", error.what()}});
        return false;
    }
}

bool AuthLogFollower::open_file()
{
    if (!position_known_) {
        const auto stored =
            context_.db.read([](storage::ReadTx& tx) { return usecases::auth_log_position(tx); });
        position_ = stored.value_or(usecases::AuthLogPosition{});
        position_known_ = true;
    }
    // The file was renamed while nobody followed it: what is left of it comes first.
    const std::int64_t inode = position_.inode;
    return open_as(path_, inode) || (inode != 0 && open_as(older(path_), inode)) ||
           open_as(path_, std::nullopt);
}

// With an inode: only the file that has it, and goes on at the position; else from its beginning.
bool AuthLogFollower::open_as(const std::string& path, std::optional<std::int64_t> inode)
{
    // Not to wait for a writer, should somebody have put a pipe there.
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file < 0) {
        if (errno != ENOENT)
            throw std::runtime_error(path + ": " + std::strerror(errno));
        return false;
    }
    struct stat facts = {};
    const bool regular = ::fstat(file, &facts) == 0 && S_ISREG(facts.st_mode);
    const auto found = static_cast<std::int64_t>(facts.st_ino);
    if (!regular || (inode && *inode != found)) {
        ::close(file);
        if (!regular)
            throw std::runtime_error(path + " is not a file");
        return false;
    }
    file_ = file;
    replaced_ = false;
    if (!inode)
        position_ = {found, 0};
    return true;
}

void AuthLogFollower::close_file()
{
    if (file_ >= 0)
        ::close(std::exchange(file_, -1));
}

// True where whole lines were taken.
bool AuthLogFollower::read_more()
{
    struct stat facts = {};
    if (::fstat(file_, &facts) != 0)
        throw std::runtime_error(path_ + ": " + std::strerror(errno));
    if (facts.st_size < position_.offset) {
        context_.log.info("auth_log.truncated", "the reason log was cut; read from its beginning",
                          {{"path", path_}});
        position_.offset = 0;
    }
    buffer_.resize(settings_.batch_bytes);
    const ssize_t size = ::pread(file_, buffer_.data(), buffer_.size(), position_.offset);
    if (size < 0)
        throw std::runtime_error(path_ + ": " + std::strerror(errno));
    const std::string_view bytes(buffer_.data(), static_cast<std::size_t>(size));

    std::vector<Line> lines;
    std::int64_t garbage = 0;
    std::size_t taken = 0;
    for (std::size_t feed = bytes.find('\n'); feed != std::string_view::npos;
         feed = bytes.find('\n', taken)) {
        auto verdict = parse_auth_line(bytes.substr(taken, feed - taken));
        taken = feed + 1;
        if (verdict)
            lines.push_back(
                {std::move(*verdict), position_.offset + static_cast<std::int64_t>(taken)});
        else
            ++garbage;
    }
    if (taken == 0 && bytes.size() == settings_.batch_bytes) {
        taken = bytes.size(); // no line is that long: waiting for its end would be for ever
        ++garbage;
    }
    if (taken == 0)
        return false;
    record(lines, position_.offset + static_cast<std::int64_t>(taken));
    garbage_ += garbage;
    return true;
}

void AuthLogFollower::record(const std::vector<Line>& lines, std::int64_t end)
{
    std::vector<usecases::AuthVerdict> verdicts;
    verdicts.reserve(lines.size());
    for (const Line& line : lines)
        verdicts.push_back(line.verdict);
    try {
        usecases::record_auth_verdicts(context_, verdicts, {position_.inode, end});
        verdicts_ += static_cast<std::int64_t>(lines.size());
    } catch (const storage::StorageError& error) {
        if (!error.is_constraint())
            throw;
        record_alone(lines, end);
    }
    position_.offset = end;
}

// One of the lines cannot be stored and never will be: the others must not wait for it.
void AuthLogFollower::record_alone(const std::vector<Line>& lines, std::int64_t end)
{
    for (const Line& line : lines) {
        try {
            usecases::record_auth_verdicts(context_, {&line.verdict, 1},
                                           {position_.inode, line.end});
            ++verdicts_;
        } catch (const storage::StorageError& error) {
            if (!error.is_constraint())
                throw;
            ++garbage_;
            context_.log.warning("auth_log.refused", "a verdict that cannot be stored",
                                 {{"username", line.verdict.username}, {"reason", error.what()}});
        }
        position_.offset = line.end;
    }
    usecases::record_auth_verdicts(context_, {}, {position_.inode, end});
}

// All whole lines are read. Is this still the file that is written to, and is it large?
void AuthLogFollower::at_end()
{
    struct stat ours = {};
    struct stat named = {};
    if (::fstat(file_, &ours) != 0)
        throw std::runtime_error(path_ + ": " + std::strerror(errno));
    if (::stat(path_.c_str(), &named) != 0) {
        if (errno != ENOENT)
            throw std::runtime_error(path_ + ": " + std::strerror(errno));
        return; // renamed: the next line makes a new file, until then ours may still get one
    }
    if (ours.st_ino == named.st_ino && ours.st_dev == named.st_dev) {
        if (ours.st_size >= settings_.rotate_bytes && ours.st_size == position_.offset)
            rotate();
        return;
    }
    // A line may have gone into the old file just before the new one was made: look once more.
    if (!std::exchange(replaced_, true))
        return;
    if (ours.st_size > position_.offset)
        ++garbage_; // a last line that was never finished
    close_file();
    [[maybe_unused]] const bool opened = open_as(path_, std::nullopt);
}

// FreeRADIUS looks for the path before each line and makes the file again where it is gone.
void AuthLogFollower::rotate()
{
    if (std::rename(path_.c_str(), older(path_).c_str()) != 0)
        throw std::runtime_error("cannot rename " + path_ + ": " + std::strerror(errno));
    context_.log.info("auth_log.rotated", "the reason log was large and begins anew",
                      {{"path", path_}, {"bytes", position_.offset}});
}

} // namespace mnara::network::radius
