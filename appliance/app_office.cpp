#include "app_office.hpp"

#include "core/crypto.hpp"
#include "usecases/settings.hpp"

#include <filesystem>
#include <sys/stat.h>

namespace mnara::app {

namespace {

Config prepare(const std::string& config_path)
{
    crypto::initialise();
    ::umask(0077); // nothing of ours is for others, unless a mode is set on purpose
    Config config = read_config(config_path);
    std::filesystem::create_directories(config.data_dir);
    return config;
}

} // namespace

Office::Office(const std::string& config_path)
    : config(prepare(config_path)), log(clock, stderr_sink()),
      keys(usecases::KeyRing::load_or_create(config.data_dir + "/secret.key", random)),
      db(config.data_dir + "/mnara.db"), context{db, clock, random, keys, log}
{
    usecases::ensure_providers(context);
}

} // namespace mnara::app
