// Makes a house die, or its disk fail, at the n-th event of a story, and judges what is left.
#pragma once

#include "crash/faulty_vfs.hpp"
#include "crash/story.hpp"

#include <string>

namespace crash {

// A harness that cannot see a fault proves nothing: with a control it must.
enum class Control {
    None,
    EarlyAck, // the house is made to acknowledge before it COMMITs
    LyingDisk // syncs save nothing
};

struct Trial
{
    FaultPlan plan;
    Control control = Control::None;
    bool verbose = false; // the log of the house goes to stderr
};
struct Verdict
{
    bool ended_clean = false; // the story was over before the event came
    std::string events;       // where it ended clean (faulty_vfs.hpp)
    std::string trouble;      // what is wrong, in words; empty where all is well
};

class Sweep
{
public:
    // Prepares the story's house once, in a folder under `scratch`.
    Sweep(const Story& story, const std::string& scratch);

    [[nodiscard]] Verdict run(const Trial& trial) const;

private:
    const Story& story_;
    std::string template_, work_;
    std::string token_; // of the owner's program
};

} // namespace crash
