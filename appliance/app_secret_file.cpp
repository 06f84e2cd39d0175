#include "app_secret_file.hpp"

#include "core/crypto.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <fstream>
#include <stdexcept>
#include <sys/stat.h>
#include <unistd.h>

namespace mnara::app {

namespace {

constexpr std::string_view kLead = "secret = ";

void create(const std::string& path, Random& random)
{
    const std::string line = fmt::format("{}{}\n", kLead, crypto::to_hex(random.bytes(24)));
    const std::string draft = path + ".new";
    ::unlink(draft.c_str());
    const int file = ::open(draft.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
    const bool written =
        file >= 0 && ::write(file, line.data(), line.size()) == static_cast<ssize_t>(line.size()) &&
        ::fchmod(file, 0640) == 0 && ::fsync(file) == 0;
    if (file >= 0)
        ::close(file);
    if (!written || ::rename(draft.c_str(), path.c_str()) != 0)
        throw std::runtime_error("cannot write " + path);
}

} // namespace

std::string accounting_secret(const std::string& radius_dir, Random& random)
{
    const std::string path = radius_dir + "/accounting.secret";
    if (::access(path.c_str(), F_OK) != 0)
        create(path, random);
    std::ifstream file(path);
    std::string line;
    std::getline(file, line);
    if (line.rfind(kLead, 0) != 0 || line.size() < kLead.size() + 16)
        throw std::runtime_error(fmt::format("{} does not hold a line \"secret = ...\". Delete it "
                                             "and start again: a new one is made",
                                             path));
    return line.substr(kLead.size());
}

} // namespace mnara::app
