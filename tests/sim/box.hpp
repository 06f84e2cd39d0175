// The appliance in one thread: its files, its objects, its jobs. It can be thrown away at any
// moment and opened again from the files, as after a crash.
#pragma once

#include "core/crypto.hpp"
#include "jobs/job.hpp"
#include "sim/faults.hpp"
#include "storage/radius_db.hpp"
#include "usecases/context.hpp"
#include "usecases/ports.hpp"

#include <memory>
#include <set>
#include <string>
#include <vector>

namespace sim {

class Box
{
public:
    // `folder` must exist; mnara.db lies in it, radius.db in its subfolder "radius".
    Box(std::string folder, const mnara::Clock& clock, std::uint64_t seed,
        mnara::usecases::PaymentProvider& provider, mnara::usecases::CoaClient& coa);

    // As app.cpp does at start: the mark, the jobs that were under way, the healing of radius.db.
    void open();
    void close();
    [[nodiscard]] bool is_open() const { return life_ != nullptr; }
    // A job is on the stack: a port was called by it.
    [[nodiscard]] bool is_in_step() const { return is_in_step_; }

    [[nodiscard]] const mnara::usecases::Context& context() const;
    // One step of the job of that name; true where it says that there may be more.
    bool step(const std::string& job);
    static const std::vector<std::string>& job_names();

    // Named points at which the process can die: "log:<message id>" and "commit:<table>".
    static const std::vector<std::string>& crash_points();
    // It dies when it comes there.
    void arm(const std::string& crash_point) { armed_ = crash_point; }
    [[nodiscard]] const std::string& armed() const { return armed_; }
    // Dies here if this is the point that is armed.
    void reach(const std::string& point);

    // Whether a COMMIT has changed any of the watched tables since clear_commits.
    [[nodiscard]] bool committed() const { return commits_ > 0; }
    [[nodiscard]] int commits() const { return commits_; }
    void clear_commits()
    {
        commits_ = 0;
        changed_.clear();
    }
    // Whether one of them has changed that table.
    [[nodiscard]] bool changed(const std::string& table) const { return changed_.contains(table); }

    [[nodiscard]] const std::string& folder() const { return folder_; }
    [[nodiscard]] std::string radius_path() const { return folder_ + "/radius/radius.db"; }
    [[nodiscard]] std::string main_path() const { return folder_ + "/mnara.db"; }
    // A job failed with this, as the loop of the daemon would log it.
    std::string last_error;

private:
    struct Life;
    std::string folder_;
    const mnara::Clock& clock_;
    mnara::SeededRandom random_;
    mnara::usecases::KeyRing keys_;
    mnara::Log log_;
    mnara::usecases::PaymentProvider& provider_;
    mnara::usecases::CoaClient& coa_;
    std::string armed_;
    int commits_ = 0;
    std::set<std::string> changed_;
    bool is_in_step_ = false;
    std::unique_ptr<Life> life_;

public:
    ~Box();
    Box(const Box&) = delete;
    Box& operator=(const Box&) = delete;
};

} // namespace sim
