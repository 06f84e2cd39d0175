// Routers with session lists of their own: they let in whom RADIUS accepts, count, report, and obey
// a CoA or not.
#pragma once

#include "sim/chance.hpp"
#include "sim/faults.hpp"
#include "sim/oracle.hpp"
#include "usecases/accounting.hpp"
#include "usecases/ports.hpp"

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace sim {

struct RouterSession
{
    std::int64_t router = 0;
    std::string acct_id, username, station, address, class_text, rate;
    Stamp started_at = 0; // true times
    std::optional<Stamp> ends_at;
    Stamp next_interim = 0;
    std::int64_t bytes = 0;
};

// An accounting packet on its way, or in the spool.
struct Packet
{
    mnara::usecases::AccountingRecord record; // its event_at is the true time
};

class Routers final : public mnara::usecases::CoaClient
{
public:
    static constexpr Stamp kInterim = 300;

    Routers(Chance& chance, Faults& faults, std::function<Stamp()> now,
            std::function<void(const std::string&)> reach);

    void add(std::int64_t router, const std::string& address);
    mnara::usecases::CoaAnswer send(const mnara::usecases::CoaRequest& request) override;

    // RADIUS said yes.
    void begin(std::int64_t router, const std::string& username, const std::string& station,
               const std::string& class_text, const std::string& rate,
               std::optional<Stamp> session_seconds);
    // The subscriber hangs up, or the line drops: with a Stop.
    void hang_up(std::size_t which, const char* cause = "User-Request");
    // Every session of a router is gone, without a word.
    void power_cut(std::int64_t router);
    // Timeouts and interims that are due.
    void tick();
    // When the next session is to time out; nothing where none is.
    [[nodiscard]] std::optional<Stamp> next_timeout() const;

    [[nodiscard]] std::optional<Packet> take_packet();
    void put_back(Packet packet) { packets_.push_front(std::move(packet)); }
    [[nodiscard]] bool has_packets() const { return !packets_.empty(); }
    [[nodiscard]] const std::vector<RouterSession>& sessions() const { return sessions_; }
    [[nodiscard]] const std::vector<std::int64_t>& ids() const { return ids_; }

private:
    using Status = mnara::usecases::AccountingRecord::Status;
    void report(const RouterSession& session, Status status, const char* cause = nullptr);
    void post(Packet packet);

    Chance& chance_;
    Faults& faults_;
    std::function<Stamp()> now_;
    std::function<void(const std::string&)> reach_;
    std::vector<std::int64_t> ids_;
    std::map<std::string, std::int64_t> by_address_;
    std::vector<RouterSession> sessions_;
    std::deque<Packet> packets_;
    int made_ = 0;
};

} // namespace sim
