// One run: the box, its people, their provider, their routers, and the oracle beside them.
#pragma once

#include "sim/box.hpp"
#include "sim/disk.hpp"
#include "sim/eye.hpp"
#include "sim/oracle.hpp"
#include "sim/provider.hpp"
#include "sim/radius.hpp"
#include "sim/routers.hpp"

#include <functional>
#include <string>
#include <vector>

namespace sim {

class World
{
public:
    World(std::uint64_t seed, const std::string& folder, const std::string& source_folder);

    // Random steps; every invariant is checked on the way. Throws Violation.
    void run(int steps);
    // All faults off and the clock set right; an hour later everything must have come true.
    void heal();
    [[nodiscard]] std::uint64_t hash() { return eye_.hash(); }
    [[nodiscard]] std::string summary();
    [[nodiscard]] const std::string& faults() const { return drawn_; }

private:
    enum class End { Done, Failed, Died };

    // world.cpp: time and chance
    [[nodiscard]] Stamp true_now() const;
    [[nodiscard]] Stamp wall_now() const;
    [[nodiscard]] JudgedTime judged() const;
    [[nodiscard]] static bool is_disk_full() { return disk().full != Disk::Full::No; }
    void advance(Stamp seconds);
    void step();
    void disk_step();

    // life.cpp: doing something with the box, dying and coming back
    End attempt(const std::function<void()>& body);
    // Whether what was attempted last is in the database, also where it died in the COMMIT.
    bool took_place(End end);
    void settle(End end); // after whatever ran: what it did is told to the oracle, and compared
    void job_step(const std::string& name);
    void arm_one_in(std::size_t n);
    void without_deaths(const std::function<void()>& body);
    void crash();
    void bury();
    void come_back();
    bool start();
    void damage_radius();

    // heal.cpp
    void set_clock(Stamp ahead_of_truth);
    void clock_step();
    void accept_clock();
    void settle_all();
    void let_everything_run();

    // founding.cpp
    void found();
    void join();
    void add_household(int n);
    void change_price();

    // people.cpp, spending.cpp: the workload
    void people_step();
    void request_payment(std::int64_t line, bool two_tabs);
    void pay_by_hand();
    void buy(std::int64_t line);
    void by_hand(const std::string& what, const std::function<bool(mnara::storage::Tx&)>& product,
                 const std::function<bool(const JudgedTime&)>& oracle);
    void assign();
    [[nodiscard]] std::int64_t any_line();
    [[nodiscard]] std::string sloppy(const std::string& account_no);

    // network.cpp: messages, packets, logins
    bool deliver_message();
    bool deliver_packets(std::size_t most);
    void network_step();
    void dial(const std::string& username, const std::string& station);
    [[nodiscard]] std::string verdict_on_devices(const OracleLine& line, Stamp at,
                                                 std::size_t online,
                                                 const std::string& given) const;
    void check_answer(const std::string& username, const std::string& station,
                      const RadiusAnswer& answer);

    // checks*.cpp
    void observe(const JudgedTime& time);
    void compare_lines();
    void compare_wallets();
    void check_mark(Stamp wall_before);
    void check_all();
    void check_payments();
    void check_sweep(const JudgedTime& time);
    void check_stores();
    void check_access();
    void check_wishes();
    void check_alerts();
    void check_settled();
    bool has_alert(const std::string& key);
    bool waits_for_projection(const std::string& username);
    void check_converged();
    void check_routers_converged();

    Chance chance_;
    Faults faults_;
    std::string drawn_;
    bool clock_is_right_; // for the whole run
    mnara::ManualClock clock_;
    Oracle oracle_;
    Provider provider_;
    Routers routers_;
    Radius radius_;
    Eye eye_;
    Box box_;

    JudgedTime time_;             // of the step that runs
    Stamp ahead_ = 0;             // of the wall clock, before the truth
    std::optional<Stamp> mark_;   // of mnara.db
    std::string before_;          // fingerprint of mnara.db, where the attempt may die in a write
    bool has_lost_power_ = false; // at the last death
    int failed_projections_ = 0;  // in a row
    bool healing_ = false;
    bool accepting_clock_ = false;
    std::int64_t last_attempt_ = 0, last_payment_ = 0;
    std::map<std::pair<std::int64_t, std::int64_t>, std::int64_t> assignments_;
    std::set<std::int64_t> dropped_;
    std::map<std::string, std::vector<std::string>> stations_; // by username
    Stamp longest_pause_ = 60;
    int people_ = 0, made_keys_ = 0, crashes_ = 0, accepted_ = 0, answered_ = 0;
};

} // namespace sim
