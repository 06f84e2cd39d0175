// What every command needs: configuration, keys, database, and the context made of them. The daemon
// adds sockets and threads to it; the short commands work beside a running daemon.
#pragma once

#include "app_config.hpp"
#include "core/clock.hpp"
#include "core/log.hpp"
#include "core/random.hpp"
#include "storage/database.hpp"
#include "usecases/context.hpp"
#include "usecases/secrets.hpp"

namespace mnara::app {

// Held by the daemon, and by commands that must not run beside it. Throws std::runtime_error in
// words where another process holds it; the system lets go of it when the process ends, however it
// ends.
class SoleUse
{
public:
    explicit SoleUse(const std::string& data_dir);
    ~SoleUse();
    SoleUse(const SoleUse&) = delete;
    SoleUse& operator=(const SoleUse&) = delete;

private:
    int file_ = -1;
};

struct Office
{
    // Makes data_dir (0700) and the files in it where they are missing.
    explicit Office(const std::string& config_path);
    Office(const Office&) = delete;
    Office& operator=(const Office&) = delete;

    const Config config;
    SystemClock clock;
    SystemRandom random;
    const Log log;
    const usecases::KeyRing keys;
    storage::Database db;
    const usecases::Context context;
};

} // namespace mnara::app
