// What must be true, kept in plain maps: who paid what, what it buys, who may be online until when.
// It shares neither SQL nor code of the product (calendar, ledger and access are written again
// here). It is told of each event right after the product committed it, with the time by which the
// product had to judge.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace sim {

using Cents = std::int64_t;
using Stamp = std::int64_t; // UTC seconds

struct OraclePlan // one version; never changed
{
    std::int64_t id = 0;
    std::string code;
    Cents price = 0;
    int n = 1;
    char unit = 'h'; // s, m, h, d or M (month)
    std::string rate;
    int device_limit = 1;
    bool pay_page = true;
};

enum class LineState { Pending, Active, Expired, Suspended, Terminated };

struct OracleTerm
{
    Stamp starts_at = 0, ends_at = 0;
    std::int64_t plan = 0; // served as
};

struct OracleLine
{
    std::int64_t id = 0, subscriber = 0;
    std::string username, password, plan_code;
    std::optional<std::string> only_device; // a MAC with colons, lower case
    LineState state = LineState::Pending;
    std::optional<Stamp> paid_until;
    int anchor = 0;
    std::vector<OracleTerm> terms;
};

struct OracleSubscriber
{
    std::string account_no, phone;
    Cents wallet = 0, debt = 0, credited = 0, spent = 0;
};

struct OracleAttempt
{
    std::int64_t id = 0, line = 0, subscriber = 0, plan = 0;
    std::string reference, phone;
    Cents amount = 0;
};

// Money that truly moved, whatever we were told of it.
struct Movement
{
    std::string receipt, payer;
    Cents amount = 0;
    Stamp paid_at = 0;
    std::string attempt_reference; // of the prompt it answers; empty: paid by hand
    std::set<std::int64_t> owners; // 0: nobody can know
    bool guess = false;            // the reference names nobody: a prompt of that phone may
    bool offered = false;          // a message with this receipt was given to the product
    bool told = false;             // a message with this receipt was stored by the product
    bool told_by_query = false;    // the product was answered "paid"
};

struct JudgedTime
{
    Stamp now = 0, judged = 0;
    bool suspect = false;
};

// A row of the product's payments, as the checks read it.
struct SeenPayment
{
    std::int64_t id = 0;
    std::optional<std::string> receipt;
    std::optional<std::int64_t> attempt, owner, duplicate_of;
    Cents amount = 0;
};

class Oracle
{
public:
    // What the product did, after its COMMIT.
    void payment_booked(const SeenPayment& payment, const JudgedTime& time);
    void payment_assigned(const SeenPayment& payment, std::int64_t owner, const JudgedTime& time);
    void duplicate_dropped(const SeenPayment& payment);
    void deferred_tick(const JudgedTime& time);
    void expiry_tick(const JudgedTime& time);

    // By a person's hand; false where it must be refused.
    bool buy(std::int64_t line, const JudgedTime& time);
    bool suspend(std::int64_t line);
    bool resume(std::int64_t line, const JudgedTime& time);
    bool terminate(std::int64_t line);
    bool change_plan(std::int64_t line, const std::string& code, bool from_now,
                     const JudgedTime& time);

    // The movement a payment records; throws Violation where there is none.
    [[nodiscard]] const Movement& movement_of(const SeenPayment& payment) const;

    struct Answer
    {
        std::string verdict; // as the row of radius.db says it
        bool pay_page = false;
        std::string rate;
        std::optional<Stamp> until; // of the session
    };
    // What the network must answer at `at`, devices and open sessions left aside.
    [[nodiscard]] Answer answer(const std::string& username, Stamp at) const;
    [[nodiscard]] const OracleLine* live_line(const std::string& username) const;
    // Sessions at the same time that the line may have: at `at`, then in each stretch that follows.
    [[nodiscard]] std::vector<int> device_limits(const OracleLine& line, Stamp at) const;

    std::map<std::int64_t, OraclePlan> plans;    // versions by id
    std::map<std::string, std::int64_t> on_sale; // code -> version
    std::map<std::int64_t, OracleSubscriber> subscribers;
    std::map<std::int64_t, OracleLine> lines;
    std::map<std::int64_t, OracleAttempt> attempts;
    std::map<std::string, Movement> movements;    // by receipt
    std::set<std::int64_t> deferred;              // payments not spent yet
    std::map<std::int64_t, SeenPayment> payments; // as last seen

private:
    void credit(std::int64_t owner, Cents amount);
    void spend(const SeenPayment& payment, const JudgedTime& time);
    void buy_for(const SeenPayment& payment, const JudgedTime& time);
    bool buy_plan(OracleLine& line, const OraclePlan& plan, const JudgedTime& time);
    [[nodiscard]] Stamp alike_until(const OracleLine& line, std::size_t from) const;
};

// When `n` units after `from` are over, on Nairobi's calendar.
[[nodiscard]] Stamp end_of(const OraclePlan& plan, Stamp from, int anchor);
[[nodiscard]] int day_of_month(Stamp at);

} // namespace sim
