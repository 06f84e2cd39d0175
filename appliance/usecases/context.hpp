// What every use case is handed: where things are stored, the time, chance, the keys, the log.
// Built once, in app.cpp; a test builds its own.
#pragma once

#include "core/clock.hpp"
#include "core/log.hpp"
#include "core/random.hpp"
#include "storage/database.hpp"
#include "usecases/secrets.hpp"

#include <string>

namespace mnara::usecases {

struct Context
{
    storage::Database& db;
    const Clock& clock;
    Random& random;
    const KeyRing& keys;
    const Log& log;
    // Address of whoever asks, for the audit log; empty: this box itself.
    std::string peer = {};
};

} // namespace mnara::usecases
