// What happens in the house while the sweep makes it die: steps that the outside takes, some of
// which the house acknowledges, and what must be true at the end however often it died.
#pragma once

#include "crash/house.hpp"

#include <functional>
#include <span>
#include <string>
#include <vector>

namespace crash {

struct Step
{
    std::string name; // one word
    // May be taken again after a death: then it must change nothing more than once.
    std::function<void(House&)> act;
    // Given where the step ends with an acknowledgement: whether what it promises is recorded.
    std::function<bool(House&)> recorded = nullptr;
    bool is_sent_again = false; // even after its acknowledgement, as providers and routers do
};

struct Story
{
    std::string name;
    std::function<void(House&)> prepare; // before anything goes wrong
    std::vector<Step> steps;
    // After the last step, with all work done: what is wrong, in words; empty where all is well.
    std::function<std::string(House&)> trouble;
};

[[nodiscard]] Story stk_story();        // a prompt, its callback and C2B, a term
[[nodiscard]] Story c2b_story();        // paybill payments, one of them parked and assigned
[[nodiscard]] Story expiry_story();     // one line renews from its wallet, another ends
[[nodiscard]] Story suspend_story();    // suspended, resumed, moved to another plan
[[nodiscard]] Story accounting_story(); // batches of packets, late and repeated
[[nodiscard]] Story projection_story(); // many lines change; radius.db is made again
[[nodiscard]] const std::vector<Story>& stories();

// What several stories do.
inline const Step kWork{"work", [](House& house) { house.work(); }};
void add_plan(House& house, const std::string& code, std::int64_t shillings,
              mnara::domain::Duration duration, std::int64_t bps = 8'000'000);
// A subscriber (ids count from 1) with one line (so do its ids).
void add_line(House& house, const std::string& username, const std::string& plan,
              const std::string& phone);
void set_up_mpesa(House& house);
// The confirmation of a paybill payment comes in; throws Refused.
void pay(House& house, const std::string& receipt, const std::string& reference,
         std::int64_t shillings);
[[nodiscard]] bool inbox_has(House& house, const std::string& words);
// An operator asks by HTTP; an answer of 409 means that it was done already.
void order(House& house, const std::string& method, const std::string& path,
           const std::string& body, const std::string& key = "");
// Compares a number of the database with what it must be: "" or words.
[[nodiscard]] std::string differs(House& house, const std::string& what, const std::string& sql,
                                  std::int64_t expected);
[[nodiscard]] std::string access_differs(House& house, const std::string& username,
                                         const std::string& expected);
// The first that is not empty.
[[nodiscard]] std::string first_of(std::initializer_list<std::string> troubles);

} // namespace crash
