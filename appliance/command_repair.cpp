#include "commands.hpp"

#include "core/crypto.hpp"
#include "storage/radius_db.hpp"
#include "usecases/audit.hpp"
#include "usecases/projection.hpp"
#include "usecases/trusted_time.hpp"

#include <iostream>

namespace mnara::app {

namespace {

constexpr const char* kActor = "system:console";

} // namespace

int rebuild_radius(Office& office)
{
    storage::RadiusDb radius(office.config.radius_dir);
    const auto report = usecases::heal_projection(office.context, radius, true);
    std::cout << "radius.db was made again: " << report.rows_mended << " rows.\n";
    return 0;
}

int accept_clock(Office& office)
{
    office.db.write([&](storage::Tx& tx) {
        usecases::accept_clock(tx, office.clock);
        usecases::audit(tx, office.context, kActor, "accepted", "clock", 0, "");
    });
    std::cout << "The clock is trusted again.\n";
    return 0;
}

int rotate_secrets(Office& office)
{
    // A running daemon has only the old keys: what is sealed anew would look lost to it.
    const SoleUse sole_use(office.config.data_dir);
    const std::string path = office.config.data_dir + "/secret.key";
    usecases::KeyRing::add_key(path, office.random);
    const auto keys = usecases::KeyRing::load_or_create(path, office.random);
    const int sealed = office.db.write([&](storage::Tx& tx) {
        const int count = usecases::reseal_secrets(tx, keys, office.random);
        const usecases::Context context{office.db, office.clock, office.random, keys, office.log};
        usecases::audit(tx, context, kActor, "rotated", "secret_key", 0, keys.current_id());
        return count;
    });
    std::cout
        << sealed << " secrets are sealed under the new key " << keys.current_id()
        << ". Older lines of " << path
        << " open nothing any more; they are still needed to check older rows of the audit log.\n";
    return 0;
}

} // namespace mnara::app
