#include "app_office.hpp"

#include "core/crypto.hpp"
#include "usecases/settings.hpp"

#include <fcntl.h>
#include <filesystem>
#include <stdexcept>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace mnara::app {

namespace {

Config prepare(const std::string& config_path)
{
    crypto::initialise();
    ::umask(0077); // nothing of ours is for others, unless a mode is set on purpose
    Config config = read_config(config_path);
    std::filesystem::create_directories(config.data_dir);
    // A new key would open nothing that lies in the database, and the network would learn that
    // nobody has a password.
    if (std::filesystem::exists(config.data_dir + "/mnara.db") &&
        !std::filesystem::exists(config.data_dir + "/secret.key"))
        throw std::runtime_error(
            config.data_dir + "/secret.key is missing, and mnara.db beside it is sealed with it. "
                              "Nothing was changed. Put the key file back from its backup");
    return config;
}

} // namespace

SoleUse::SoleUse(const std::string& data_dir)
{
    const std::string path = data_dir + "/mnara.lock";
    file_ = ::open(path.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600);
    if (file_ < 0 || ::flock(file_, LOCK_EX | LOCK_NB) != 0) {
        const bool in_use = file_ >= 0;
        if (in_use)
            ::close(file_);
        throw std::runtime_error(in_use ? data_dir +
                                              " is in use by a running mnara daemon. Stop it first"
                                        : "cannot create " + path);
    }
}

SoleUse::~SoleUse()
{
    ::close(file_);
}

Office::Office(const std::string& config_path)
    : config(prepare(config_path)), log(clock, stderr_sink()),
      keys(usecases::KeyRing::load_or_create(config.data_dir + "/secret.key", random)),
      db(config.data_dir + "/mnara.db"), context{db, clock, random, keys, log}
{
    usecases::ensure_providers(context);
}

} // namespace mnara::app
