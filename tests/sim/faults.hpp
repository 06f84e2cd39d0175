// Which faults exist in a run. Each is on or off for the whole of it (swarm testing): a fault that
// is always on hides the bugs that need its absence.
#pragma once

#include "sim/chance.hpp"

#include <string>

namespace sim {

struct Faults
{
    // The provider's messages.
    bool callback_lost = false, callback_twice = false, callback_late = false,
         callback_early = false, amount_altered = false;
    bool c2b_off = false, c2b_lost = false, messages_reordered = false;
    // The provider's answers.
    bool push_refused = false, push_answer_lost = false, query_errors = false;
    // Routers.
    bool router_silent = false, coa_refused = false, ack_but_keep = false, timeout_ignored = false,
         power_cut = false;
    bool accounting_lost = false, accounting_twice = false, accounting_reordered = false;
    // The box.
    bool crash = false, power_loss = false, disk_full = false, radius_damaged = false;
    bool clock_skewed = false, clock_forward = false, clock_1970 = false;

    static Faults draw(Chance& chance)
    {
        Faults f;
        f.each([&](const char*, bool& fault) { fault = chance.one_in(2); });
        // In a third of the runs the clock is right, so that times can be compared exactly.
        if (chance.one_in(3))
            f.clock_skewed = f.clock_forward = f.clock_1970 = false;
        return f;
    }

    [[nodiscard]] bool clock_may_be_wrong() const
    {
        return clock_skewed || clock_forward || clock_1970;
    }
    [[nodiscard]] std::string names()
    {
        std::string all;
        each([&](const char* name, const bool& fault) {
            if (fault)
                all += std::string(all.empty() ? "" : " ") + name;
        });
        return all;
    }

    template <class F> void each(F&& f)
    {
        f("callback_lost", callback_lost);
        f("callback_twice", callback_twice);
        f("callback_late", callback_late);
        f("callback_early", callback_early);
        f("amount_altered", amount_altered);
        f("c2b_off", c2b_off);
        f("c2b_lost", c2b_lost);
        f("messages_reordered", messages_reordered);
        f("push_refused", push_refused);
        f("push_answer_lost", push_answer_lost);
        f("query_errors", query_errors);
        f("router_silent", router_silent);
        f("coa_refused", coa_refused);
        f("ack_but_keep", ack_but_keep);
        f("timeout_ignored", timeout_ignored);
        f("power_cut", power_cut);
        f("accounting_lost", accounting_lost);
        f("accounting_twice", accounting_twice);
        f("accounting_reordered", accounting_reordered);
        f("crash", crash);
        f("power_loss", power_loss);
        f("disk_full", disk_full);
        f("radius_damaged", radius_damaged);
        f("clock_skewed", clock_skewed);
        f("clock_forward", clock_forward);
        f("clock_1970", clock_1970);
    }
};

// Throws away a process: not a std::exception, so that no boundary of the product catches it.
struct SimulatedCrash
{
    std::string where;
};

} // namespace sim
