// A layer over SQLite's default VFS that counts what reaches the disk (writes, syncs, truncations,
// deletions, of all files) and goes wrong at one of them. For one process with one thread: the
// sweep installs it in a child, which is the only one that sees it.
#pragma once

#include <cstdint>
#include <string>

namespace crash {

enum class Fault {
    None,
    Death,     // the process dies before the event; of a write a part may have happened
    PowerLoss, // dies, and of what was never synced a part is lost or garbled
    DiskFull,  // from the event on writes, syncs and truncations fail, until repair()
    IoError    // the same with an I/O error
};

struct FaultPlan
{
    Fault fault = Fault::None;
    std::int64_t at_event = 0; // counted from 1
    std::uint64_t seed = 1;    // of what is lost or garbled
    bool syncs_lie = false;    // a sync reports success and saves nothing: a control
};

// How a child ends that met Death or PowerLoss.
inline constexpr int kDiedAsPlanned = 137;

// Makes the layer the default VFS of this process.
void install(const FaultPlan& plan);

// One letter an event so far: W(rite), S(ync), T(runcate), D(elete).
[[nodiscard]] const std::string& events();
[[nodiscard]] bool is_failing();
// The disk has space again.
void repair();

} // namespace crash
