// A town for the rows: people who came at different times, and what became of them.
#pragma once

#include "core/crypto.hpp"
#include "sim/chance.hpp"
#include "sim/folder.hpp"
#include "sim/rows.hpp"
#include "usecases/context.hpp"

#include <string>
#include <vector>

namespace sim {

struct TownLine
{
    std::string username, password;
    std::vector<std::string> macs; // his devices, and one that is not his
};

class Town
{
public:
    // Makes all of it and projects it.
    Town(Chance& chance, const RowsWanted& wanted);
    [[nodiscard]] const std::vector<TownLine>& lines() const { return lines_; }

private:
    void add_plans();
    void add_router(const std::string& secret);
    void add_line(int n, std::int64_t now);
    void pay(mnara::SubscriberId owner, std::int64_t at);
    void dial(const std::string& username, const std::string& mac, std::int64_t at);
    void be_at(std::int64_t at);

    Chance& chance_;
    Folder folder_;
    mnara::ManualClock clock_;
    mnara::SeededRandom random_;
    mnara::usecases::KeyRing keys_;
    mnara::Log log_;
    mnara::storage::Database db_;
    mnara::usecases::Context context_;
    mnara::RouterId router_;
    std::vector<TownLine> lines_;
    int made_ = 0;
};

} // namespace sim
